"""What buyers complain about: topics found in texts by a lexicon that people can read (`zh.toml`, `en.toml`)."""

from __future__ import annotations

from pipelines.complaints.complaint import FIELDS, TOPICS, Complaint, Place, Said, readable
from pipelines.complaints.find import complaints, topics_of

__all__ = ["FIELDS", "TOPICS", "Complaint", "Place", "Said", "complaints", "readable", "topics_of"]
