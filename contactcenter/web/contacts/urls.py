"""Pages of contacts."""

from django.urls import path

from contactcenter.web.contacts import card, importing, lists, merge

app_name = "contacts"

urlpatterns = [
    path("contacts/", lists.contacts, name="list"),
    path("contacts/new/", card.new, name="new"),
    path("contacts/export/", lists.export, name="export"),
    path("contacts/import/", importing.imports, name="imports"),
    path("contacts/import/<uuid:pk>/", importing.one_import, name="import"),
    path("contacts/import/<uuid:pk>/start/", importing.start, name="import-start"),
    path("contacts/import/<uuid:pk>/cancel/", importing.cancel, name="import-cancel"),
    path("contacts/import/<uuid:pk>/refused/", importing.refused, name="import-refused"),
    path("contacts/<uuid:pk>/", card.contact, name="contact"),
    path("contacts/<uuid:pk>/edit/", card.edit, name="edit"),
    path("contacts/<uuid:pk>/delete/", card.delete, name="delete"),
    path("contacts/<uuid:pk>/notes/", card.add_note, name="add-note"),
    path("contacts/<uuid:pk>/numbers/add/", card.add_number, name="add-number"),
    path("contacts/<uuid:pk>/numbers/remove/", card.remove_number, name="remove-number"),
    path("contacts/<uuid:pk>/panel/", card.panel, name="panel"),
    path("contacts/<uuid:pk>/merge/", merge.merge, name="merge"),
    path("contacts/<uuid:pk>/merge/confirm/", merge.confirm, name="merge-confirm"),
]
