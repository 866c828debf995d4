"""API v1 of the record side."""

from django.urls import URLPattern, URLResolver, path

from portfolio.api import corrections, evidence, facts, finance, imports, initiatives, kpis, proof, ratings, withdrawals

INITIATIVE = "initiatives/<str:key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("initiatives/", initiatives.Initiatives.as_view(), name="api_initiatives"),
    path(INITIATIVE, initiatives.OneInitiative.as_view(), name="api_initiative"),
    path(f"{INITIATIVE}stages/", initiatives.Stages.as_view(), name="api_stages"),
    path(f"{INITIATIVE}kpis/", kpis.Kpis.as_view(), name="api_kpis"),
    path(f"{INITIATIVE}adoption/", facts.Adoption.as_view(), name="api_adoption"),
    path(f"{INITIATIVE}costs/", facts.Costs.as_view(), name="api_costs"),
    path(f"{INITIATIVE}benefits/", facts.Benefits.as_view(), name="api_benefits"),
    path(f"{INITIATIVE}assessments/", facts.Assessments.as_view(), name="api_assessments"),
    path(f"{INITIATIVE}events/", facts.Events.as_view(), name="api_events"),
    path(f"{INITIATIVE}ratings/", ratings.Ratings.as_view(), name="api_ratings"),
    path("ratings/<int:pk>/", ratings.OneRating.as_view(), name="api_rating"),
    path(f"{INITIATIVE}business_cases/", finance.BusinessCases.as_view(), name="api_business_cases"),
    path(f"{INITIATIVE}business_cases/<int:version>/approve/", finance.ApproveCase.as_view(), name="api_approve_case"),
    path(f"{INITIATIVE}evidence/", evidence.Evidence.as_view(), name="api_evidence"),
    path(f"{INITIATIVE}drivers/", finance.Drivers.as_view(), name="api_drivers"),
    path(f"{INITIATIVE}hurdles/", finance.Hurdles.as_view(), name="api_hurdles"),
    path("kpis/<int:pk>/", kpis.OneKpi.as_view(), name="api_kpi"),
    path("kpis/<int:pk>/readings/", facts.Readings.as_view(), name="api_readings"),
    path("readings/<int:pk>/", corrections.OneReading.as_view(), name="api_reading"),
    path("costs/<int:pk>/", corrections.OneCost.as_view(), name="api_cost"),
    path("benefits/<int:pk>/", corrections.OneBenefit.as_view(), name="api_benefit"),
    path("benefits/<int:pk>/confirm/", corrections.Confirm.as_view(), name="api_confirm"),
    path("kpis/<int:pk>/preregistration/", proof.Preregistrations.as_view(), name="api_preregistration"),
    path("kpis/<int:pk>/baseline_approval/", proof.BaselineApprovals.as_view(), name="api_baseline_approval"),
    path("kpis/<int:pk>/trials/", proof.Trials.as_view(), name="api_trials"),
    path("kpis/<int:pk>/control_doses/", proof.ControlDoses.as_view(), name="api_control_doses"),
    path("kpis/<int:pk>/destinations/", proof.Destinations.as_view(), name="api_destinations"),
    path("preregistrations/<int:pk>/", withdrawals.OnePreregistration.as_view(), name="api_one_preregistration"),
    path("trials/<int:pk>/", withdrawals.OneTrial.as_view(), name="api_trial"),
    path("control_doses/<int:pk>/", withdrawals.OneControlDose.as_view(), name="api_control_dose"),
    path("destinations/<int:pk>/", withdrawals.OneDestination.as_view(), name="api_destination"),
    path("drivers/<int:pk>/", withdrawals.OneDriver.as_view(), name="api_driver"),
    path("hurdles/<int:pk>/", withdrawals.OneHurdle.as_view(), name="api_hurdle"),
    path("prices/<int:pk>/", withdrawals.OnePrice.as_view(), name="api_price"),
    path("period_locks/", finance.PeriodLocks.as_view(), name="api_period_locks"),
    path("prices/", finance.Prices.as_view(), name="api_prices"),
    path("imports/", imports.Imports.as_view(), name="api_imports"),
    path("imports/<int:pk>/", imports.OneImport.as_view(), name="api_import"),
    path("rates/", facts.Rates.as_view(), name="api_rates"),
]
