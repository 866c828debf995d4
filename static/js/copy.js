/* A button beside each text to copy; without this file the text is selected by hand. */
const SAID_FOR = 2000;

async function copy(button, text) {
  const words = button.firstChild;
  try {
    await navigator.clipboard.writeText(text);
    words.data = "Copied";
  } catch {
    getSelection().selectAllChildren(button.previousElementSibling);
    words.data = "Press Ctrl C";
  }
  setTimeout(() => { words.data = "Copy"; }, SAID_FOR);
}

document.querySelectorAll("[data-copy]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => copy(button, button.previousElementSibling.textContent));
});
