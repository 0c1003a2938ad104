#pragma once

#include "core/health/HealthReader.h"

#include <functional>
#include <memory>

namespace countersign {

/// Takes a report's next bytes; its error ends the report.
using ReportSink = std::function<Status(std::string_view)>;

/// A format of the health board's report. Findings come one by one, the gravest first, so that 100,000 of
/// them are never in memory at once.
class HealthReport
{
public:
    HealthReport() = default;
    HealthReport(const HealthReport&) = delete;
    HealthReport& operator=(const HealthReport&) = delete;
    virtual ~HealthReport() = default;

    virtual std::string begin(const HealthSummary& summary, const HealthCounts& counts) = 0;
    virtual std::string add(const HealthFinding& finding) = 0;
    virtual std::string end() = 0;
};

/// "json", "csv" or "html"; null for anything else.
std::unique_ptr<HealthReport> healthReportOf(std::string_view format);

/// Of one moment.
Status writeHealthReport(Database& database, const HealthQuestion& question, const HealthFilter& filter,
                         HealthReport& report, const ReportSink& sink);

/// How old what Dynamic was asked is, as sentences for people: of verify, and of `dynamic check`.
QString verifiedSentence(const HealthSummary& summary);
QString environmentCheckSentence(const HealthSummary& summary);

}  // namespace countersign
