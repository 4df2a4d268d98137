"""Sounding Board: a community where customers are heard and told back."""

from typing import Any

from flask import Flask

from community import cli, config, curated, personal, reactions, routes, schedule, sealed, slots
from community.activity import actions as activity
from community.activity.personal_data import use_staff_kinds
from community.admin import audit
from community.cases.queries import doors as cases
from community.feedback import actions as feedback
from community.feedback import queries as texts
from community.home import navigation
from community.ideas.queries import deeds
from community.infra import (
    answers,
    assets,
    compressing,
    db,
    jobs,
    keys,
    language,
    limits,
    links,
    logs,
    mail,
    migrations,
    pieces,
    requests,
    security,
    templates,
    unsent,
    visitors,
)
from community.infra.slots import use_slots
from community.insights.actions import filing as files
from community.insights.actions import making as reports
from community.loyalty.queries import mine as points
from community.members import provider, sign_in
from community.members import queries as accounts
from community.members.actions import keep_unsent, naming
from community.members.actions import reachable as addresses
from community.moderation.actions import screening
from community.moderation.queries import trust
from community.moderation.queries.subjects import use_doors
from community.notifications import queries as inbox
from community.notifications.actions import mailing
from community.operating import metrics
from community.panels import queries as panels
from community.privacy import actions as privacy
from community.privacy.actions.keeping import use_ageing
from community.privacy.queries.gathering import use_personal
from community.surveys.actions import comparing, exporting, flagging, tallying
from community.surveys.queries import asides as polls


def create_app(overrides: dict[str, Any] | None = None) -> Flask:
    """The site: settings, the ground, the pages, what follows what happened, and the errors."""
    app = Flask(__name__, static_folder=None, template_folder="../templates")
    app.config.from_mapping(config.load(overrides))
    templates.init_app(app)

    logs.init_app(app)
    db.init_app(app)
    migrations.init_app(app)
    # Before all others that touch answers: the first to be named is the last to be asked.
    compressing.init_app(app)
    # Before the proxies' words are believed or not, which stands around it.
    visitors.init_app(app)
    security.init_app(app)
    sign_in.init_app(app)
    provider.init_app(app)
    language.init_app(app)
    limits.init_app(app)
    links.init_app(app)
    pieces.init_app(app)
    assets.init_app(app)

    routes.init_app(app)
    navigation.init_app(app)
    use_slots(app, slots.SLOTS)
    use_doors(app, curated.CURATED)
    naming.use_check(app, screening.check_name)
    trust.use_deeds(app, deeds.count_deeds)
    unsent.use_keeper(app, keep_unsent)
    accounts.use_panels(app, panels.readable_panel_ids)
    accounts.use_along(app, points.ALONG)
    panels.use_along(app, polls.ALONG)
    inbox.use_panels(
        app,
        inbox.PanelDoor(panels.READABLE_IDS, panels.reads_as, panels.may_read, panels.list_own_names),
    )
    texts.use_cases(app, cases.list_cases_of_item)
    mail.use_refusals(app, addresses.stop_mail_to)
    use_personal(app, personal.PERSONAL)
    keys.use_sealed(app, sealed.SEALED)
    use_ageing(app, personal.AGEING)
    use_staff_kinds(app, audit.STAFF_KINDS, words=personal.ACTS_IN_WORDS)
    activity.use_reactions(app, reactions.REACTIONS)
    owed = (
        activity.follow_due,
        feedback.import_owed,
        feedback.read_waiting,
        flagging.flag_waiting,
        tallying.recompute_waiting,
        comparing.measure_waiting,
        exporting.make_waiting,
        reports.make_owed,
        files.make_owed,
        privacy.make_waiting,
        mailing.mail_due,
        mail.send_due,
    )
    jobs.init_app(app, owed=owed, schedule=schedule.SCHEDULE)
    metrics.init_app(app)
    answers.init_app(app)
    cli.init_app(app)
    requests.init_app(app)
    return app
