"""URLs of pages that show computed figures."""

from django.urls import URLPattern, URLResolver, path

from metrics.views import (
    figures,
    history,
    initiative,
    initiatives,
    past,
    planning,
    published_rates,
    risk,
    setting_effects,
    value,
    workbooks,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("initiatives/", initiatives.listing, name="initiatives"),
    path("initiatives/<str:key>/", initiative.detail, name="initiative"),
    path("initiatives/<str:key>/refresh/", initiative.refresh, name="initiative_refresh"),
    path("initiatives/<str:key>/value/", value.value, name="value"),
    path("initiatives/<str:key>/history/", history.history, name="figure_history"),
    path("initiatives/<str:key>/kpis/<int:pk>/detectable/", planning.detectable, name="kpi_detectable"),
    path("risk/", risk.risk, name="risk"),
    path("initiatives/<str:key>/risk/<str:name>/", risk.cause, name="risk_cause"),
    path("initiatives/<str:key>/workbook/", workbooks.of_initiative, name="workbook"),
    path("reports/workbook/", workbooks.of_portfolio, name="portfolio_workbook"),
    path("figures/<str:figure_id>/", figures.figure, name="figure"),
    path("figures/past/<str:kind>/<str:day>/", past.state, name="past_state"),
    path("settings/published-rates/", published_rates.published_rates, name="published_rates"),
    path("settings/effect/<str:setting>/", setting_effects.setting_effect, name="setting_effect"),
    path("method/", figures.method, name="method"),
    path("method/<slug:name>/", figures.method_page, name="method_page"),
]
