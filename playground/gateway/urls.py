"""Addresses under `v1/`; every other one answers 404 in the OpenAI error schema."""

from django.urls import path, re_path

from playground.gateway import views

app_name = "gateway"
urlpatterns = [
    path("images/generations", views.generations, name="generations"),
    path("images/edits", views.edits, name="edits"),
    path("images/variations", views.variations, name="variations"),
    path("pictures/<slug:token>/<str:name>", views.picture, name="picture"),
    path("openapi.json", views.openapi, name="openapi"),
    path("usage", views.usage, name="usage"),
    path("jobs/<str:job_id>", views.job, name="job"),
    path("jobs/<str:job_id>/cancel", views.cancel_job, name="cancel_job"),
    path("models", views.models, name="models"),
    path("models/<path:name>", views.model, name="model"),
    re_path("", views.unknown_address, name="unknown"),
]
