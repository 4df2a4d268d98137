"""Web processes and workers that are killed with -9 in the middle of what they do."""

import random

from tests.bad_days import checking
from tests.bad_days.conftest import Town
from tests.bad_days.running import kill


class TestKilledProcesses:
    def test_web_processes_killed_while_people_write_lose_and_double_nothing(self, town: Town) -> None:
        dice = random.Random(1)
        with town.crowd() as crowd:
            for _ in range(4):
                crowd.wait_for(303, more=8)
                kill(dice.choice(town.site.web_processes()))
            crowd.wait_for(303, more=8)
        town.do_owed()
        checking.ensure_true(town.app, town.journal)
