"""URLs of the pages on which people record facts."""

from django.urls import URLPattern, URLResolver, path, re_path

from portfolio.contexts.withdrawals import (
    ADOPTION,
    ASSESSMENT,
    BENEFIT,
    CONTROL_DOSE,
    COST,
    DESTINATION,
    DRIVER,
    EVENT,
    HURDLE,
    MITIGATION,
    PREREGISTRATION,
    PRICE,
    RATE,
    RATING,
    READING,
    STAGE,
    TRIAL,
    Noun,
)
from portfolio.views import (
    assessments,
    audit,
    benefits,
    cases,
    cost_entry,
    costs,
    drivers,
    evidence,
    finding,
    imports,
    initiatives,
    kpi_proof,
    kpis,
    locks,
    many,
    mitigations,
    prices,
    proof,
    ratings,
    readings,
    settings,
    setup,
    stages,
    undo,
    withdrawals,
)

INITIATIVE = "initiatives/<str:key>/"


def _withdrawal(folder: str, name: str, noun: Noun) -> URLPattern:
    address = f"{INITIATIVE}{folder}/<int:pk>/withdraw/"
    return path(address, withdrawals.of_initiative, {"noun": noun}, name=name)


def _step(name: str, step: mitigations.Step) -> URLPattern:
    address = f"{INITIATIVE}mitigations/<int:pk>/{name}/"
    return path(address, mitigations.step, {"step": step}, name=f"mitigation_{name}")


def _kpi_withdrawal(folder: str, name: str, noun: Noun) -> URLPattern:
    address = f"{INITIATIVE}kpis/<int:kpi_pk>/{folder}/<int:pk>/withdraw/"
    return path(address, withdrawals.of_kpi, {"noun": noun}, name=name)


def _own_withdrawal(folder: str, name: str, noun: Noun) -> URLPattern:
    address = f"settings/{folder}/<int:pk>/withdraw/"
    return path(address, withdrawals.of_workspace, {"noun": noun}, name=name)


urlpatterns: list[URLPattern | URLResolver] = [
    path("initiatives/new/", initiatives.new, name="initiative_new"),
    path(f"{INITIATIVE}start/", initiatives.start, name="initiative_start"),
    path(f"{INITIATIVE}edit/", initiatives.edit, name="initiative_edit"),
    path(f"{INITIATIVE}archive/", initiatives.archive, name="initiative_archive"),
    path(f"{INITIATIVE}stage/", stages.change, name="stage"),
    path(f"{INITIATIVE}restore/", initiatives.restore, name="initiative_restore"),
    path(f"{INITIATIVE}assessment/", assessments.assess, name="assessment"),
    path(f"{INITIATIVE}mitigations/", mitigations.mitigations, name="mitigations"),
    path(f"{INITIATIVE}mitigations/actions.csv", mitigations.csv, name="mitigations_csv"),
    path(f"{INITIATIVE}assessment/assessments.csv", assessments.csv, name="assessments_csv"),
    path(f"{INITIATIVE}mitigations/<int:pk>/", mitigations.edit, name="mitigation_edit"),
    _step("done", mitigations.DONE),
    _step("drop", mitigations.DROP),
    _step("reopen", mitigations.REOPEN),
    _withdrawal("mitigations", "mitigation_withdraw", MITIGATION),
    path("causes/", assessments.rubric, name="rubric"),
    path(f"{INITIATIVE}events/", assessments.events, name="events"),
    path(f"{INITIATIVE}ratings/", ratings.ratings, name="ratings"),
    path(f"{INITIATIVE}kpis/", readings.entry, name="kpis"),
    path(f"{INITIATIVE}kpis/new/", kpis.new, name="kpi_new"),
    path(f"{INITIATIVE}kpis/<int:pk>/", kpis.edit, name="kpi_edit"),
    path(f"{INITIATIVE}kpis/<int:pk>/archive/", kpis.archive, name="kpi_archive"),
    path(f"{INITIATIVE}kpis/<int:pk>/restore/", kpis.restore, name="kpi_restore"),
    path(f"{INITIATIVE}kpis/<int:pk>/readings/", readings.of_kpi, name="kpi_readings"),
    _kpi_withdrawal("readings", "reading_withdraw", READING),
    _kpi_withdrawal("preregistration", "preregistration_withdraw", PREREGISTRATION),
    _kpi_withdrawal("trials", "trial_withdraw", TRIAL),
    _kpi_withdrawal("control-doses", "control_dose_withdraw", CONTROL_DOSE),
    _kpi_withdrawal("destinations", "destination_withdraw", DESTINATION),
    path(f"{INITIATIVE}kpis/<int:pk>/proof/", kpi_proof.proof, name="kpi_proof"),
    path(f"{INITIATIVE}kpis/<int:pk>/trials/", proof.trials, name="kpi_trials"),
    path(f"{INITIATIVE}kpis/<int:pk>/control-doses/", proof.control_doses, name="kpi_control_doses"),
    path(f"{INITIATIVE}kpis/<int:pk>/destinations/", proof.destinations, name="kpi_destinations"),
    path(f"{INITIATIVE}undo/<str:token>/", undo.undo, name="undo"),
    path(f"{INITIATIVE}evidence/", evidence.files, name="evidence_files"),
    path(f"{INITIATIVE}evidence/<int:pk>/", evidence.download, name="evidence"),
    path(f"{INITIATIVE}business-case/", cases.cases, name="business_cases"),
    path(f"{INITIATIVE}business-case/<int:version>/approve/", cases.approve, name="case_approve"),
    path(f"{INITIATIVE}drivers/", drivers.drivers, name="drivers"),
    path(f"{INITIATIVE}drivers/<str:name>/", drivers.driver, name="driver"),
    path(f"{INITIATIVE}hurdle/", drivers.hurdle, name="initiative_hurdle"),
    path(f"{INITIATIVE}costs/", costs.costs, name="costs"),
    path(f"{INITIATIVE}costs/month/", cost_entry.month, name="cost_month"),
    path(f"{INITIATIVE}costs/paste/", cost_entry.lines, name="cost_lines"),
    path(f"{INITIATIVE}costs/<int:pk>/", costs.correct, name="cost_correct"),
    path(f"{INITIATIVE}benefits/new/", benefits.new, name="benefit_new"),
    path(f"{INITIATIVE}benefits/<int:pk>/", benefits.correct, name="benefit_correct"),
    path(f"{INITIATIVE}benefits/<int:pk>/confirm/", benefits.confirm, name="benefit_confirm"),
    _withdrawal("costs", "cost_withdraw", COST),
    _withdrawal("benefits", "benefit_withdraw", BENEFIT),
    _withdrawal("stage", "stage_withdraw", STAGE),
    _withdrawal("assessment", "assessment_withdraw", ASSESSMENT),
    _withdrawal("events", "event_withdraw", EVENT),
    _withdrawal("ratings", "rating_withdraw", RATING),
    _withdrawal("adoption", "adoption_withdraw", ADOPTION),
    _withdrawal("drivers", "driver_withdraw", DRIVER),
    _withdrawal("hurdle", "hurdle_withdraw", HURDLE),
    path("many/assign/", many.assign, name="many_assign"),
    path("many/tag/", many.tag, name="many_tag"),
    path("audit/", audit.audit, name="audit"),
    path("settings/", settings.settings, name="settings"),
    path("settings/workspace/", settings.workspace, name="settings_workspace"),
    path("settings/hurdle/", settings.dated, name="settings_dated"),
    path("settings/rates/", settings.rates, name="exchange_rates"),
    _own_withdrawal("rates", "rate_withdraw", RATE),
    _own_withdrawal("prices", "price_withdraw", PRICE),
    path("settings/prices/", prices.prices, name="price_index"),
    path("settings/periods/", locks.locks, name="period_locks"),
    path("settings/periods/<int:pk>/reopen/", locks.reopen, name="period_reopen"),
    path("settings/units/new/", settings.unit, name="unit_new"),
    path("settings/units/<int:pk>/", settings.unit, name="unit"),
    path("settings/programmes/new/", settings.programme, name="programme_new"),
    path("settings/programmes/<int:pk>/", settings.programme, name="programme"),
    re_path(r"^find/?$", finding.find, name="find"),
    path("setup/", setup.setup, name="setup"),
    path("import/", imports.start, name="import"),
    path("import/<int:pk>/", imports.job, name="import_job"),
    path("import/<int:pk>/progress/", imports.progress, name="import_progress"),
    path("import/<int:pk>/faulty.csv", imports.faulty, name="import_faulty"),
    path("import/templates/<str:kind>.csv", imports.template, name="import_template"),
]
