#pragma once

#include "core/health/report/HealthReport.h"

namespace countersign {

/// The health report as CSV, one line per finding under a line of names. CsvWriter writes them: no cell is a
/// formula.
class HealthCsv final : public HealthReport
{
public:
    std::string begin(const HealthSummary& summary, const HealthCounts& counts) override;
    std::string add(const HealthFinding& finding) override;
    std::string end() override { return {}; }
};

}  // namespace countersign
