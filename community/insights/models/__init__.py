"""Tables of reports, of their files, and of what is counted ahead of them."""

from community.insights.models.files import FILE_FORMATS, FILE_STATES, InsightFile
from community.insights.models.reports import (
    KINDS,
    PERIODS,
    REPORT_STATES,
    RHYTHMS,
    Report,
    ReportChart,
    ReportPanel,
    ReportQuote,
    ReportRecipient,
    ReportSchedule,
    ReportTemplate,
)
from community.insights.models.rollups import (
    RollupBlock,
    RollupMark,
    RollupMonth,
    RollupName,
    Stratum,
    StratumMember,
)

__all__ = [
    "FILE_FORMATS",
    "FILE_STATES",
    "KINDS",
    "PERIODS",
    "REPORT_STATES",
    "RHYTHMS",
    "InsightFile",
    "Report",
    "ReportChart",
    "ReportPanel",
    "ReportQuote",
    "ReportRecipient",
    "ReportSchedule",
    "ReportTemplate",
    "RollupBlock",
    "RollupMark",
    "RollupMonth",
    "RollupName",
    "Stratum",
    "StratumMember",
]
