#include "core/health/report/HealthReport.h"

#include "core/health/SpanText.h"
#include "core/health/report/HealthCsv.h"
#include "core/health/report/HealthHtml.h"
#include "core/health/report/HealthJson.h"

#include <QCoreApplication>

namespace countersign {

namespace {

struct HealthReportText
{
    Q_DECLARE_TR_FUNCTIONS(HealthReportText)
};

}  // namespace

std::unique_ptr<HealthReport> healthReportOf(std::string_view format)
{
    if (format == "json") {
        return std::make_unique<HealthJson>();
    }
    if (format == "csv") {
        return std::make_unique<HealthCsv>();
    }
    if (format == "html") {
        return std::make_unique<HealthHtml>();
    }
    return nullptr;
}

Status writeHealthReport(Database& database, const HealthQuestion& question, const HealthFilter& filter,
                         HealthReport& report, const ReportSink& sink)
{
    const HealthReader reader(database, question);
    return inSnapshot(database, [&]() -> Status {
        ASSIGN_OR_RETURN(const auto summary, reader.summary());
        ASSIGN_OR_RETURN(const auto counts, reader.counts());
        RETURN_IF_ERROR(sink(report.begin(summary, counts)));
        RETURN_IF_ERROR(
            reader.forEach(filter, [&](const HealthFinding& finding) { return sink(report.add(finding)); }));
        return sink(report.end());
    });
}

QString verifiedSentence(const HealthSummary& summary)
{
    if (!summary.lastVerifiedAt) {
        return HealthReportText::tr("No wallet was ever verified at Dynamic.");
    }
    QString sentence =
        HealthReportText::tr("Wallets were last verified at Dynamic %1, the oldest answer is %2.")
            .arg(agoText(summary.at - *summary.lastVerifiedAt),
                 agoText(summary.at - summary.oldestVerifiedAt.value_or(0)));
    if (summary.neverVerified > 0) {
        sentence +=
            u' ' + HealthReportText::tr("Active wallets never verified: %1.").arg(summary.neverVerified);
    }
    return sentence;
}

QString environmentCheckSentence(const HealthSummary& summary)
{
    return summary.environmentCheckedAt
               ? HealthReportText::tr("Settings, keys, webhook and token were last checked at Dynamic %1.")
                     .arg(agoText(summary.at - *summary.environmentCheckedAt))
               : HealthReportText::tr("Settings, keys, webhook and token were never checked at Dynamic.");
}

}  // namespace countersign
