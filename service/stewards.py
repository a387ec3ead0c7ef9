"""What answers stewards: the queue, what they compare, what they said, and what carries out what they say."""

from __future__ import annotations

from dataclasses import dataclass

from graph.merges import Merges
from graph.stewardship import Stewardship
from graph.store.crosswalk import Crosswalks
from graph.store.database import Database
from graph.store.match_decisions import StewardsWords
from graph.store.match_views import MatchViews
from graph.store.review_queue import ReviewQueue
from service.entities import Entities


@dataclass(frozen=True, slots=True)
class Stewards:
    """Everything that answers stewards, built once."""

    tasks: Stewardship
    merges: Merges
    queue: ReviewQueue
    views: MatchViews
    words: StewardsWords
    crosswalks: Crosswalks

    @classmethod
    def of(cls, database: Database, entities: Entities) -> Stewards:
        """Return what answers stewards about the entity types there are."""
        return cls(
            tasks=Stewardship(database, entities.intake_of),
            merges=Merges(database, entities.intake_of),
            queue=ReviewQueue(database),
            views=MatchViews(database, entities.types),
            words=StewardsWords(database),
            crosswalks=Crosswalks(database),
        )
