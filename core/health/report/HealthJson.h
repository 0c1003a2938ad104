#pragma once

#include "core/base/encoding/Json.h"
#include "core/health/report/HealthReport.h"

namespace countersign {

/// The health report as JSON, as design.md §9 prints it: {"summary": {…}, "findings": [{"id", "severity",
/// "walletId"?, "address"?, "subject"?, "title", "mend"}]}. In the summary: when it was made ("at"), wallets
/// by status and health, findings by severity and by id, and the times of the answers that it rests on (null:
/// never asked).
class HealthJson final : public HealthReport
{
public:
    std::string begin(const HealthSummary& summary, const HealthCounts& counts) override;
    std::string add(const HealthFinding& finding) override;
    std::string end() override;

private:
    bool m_isEmpty = true;
};

}  // namespace countersign
