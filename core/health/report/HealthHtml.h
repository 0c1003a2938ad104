#pragma once

#include "core/health/report/HealthReport.h"

namespace countersign {

/// The health report as one HTML page that prints well, in light and dark (prefers-color-scheme). It holds no
/// script and asks for nothing from anywhere (its Content-Security-Policy says so), and every text of
/// strangers is escaped. Of one kind of finding a page holds the first 500 and says how many more there are.
class HealthHtml final : public HealthReport
{
public:
    static constexpr int mostOfOneKind = 500;

    std::string begin(const HealthSummary& summary, const HealthCounts& counts) override;
    std::string add(const HealthFinding& finding) override;
    std::string end() override;

    /// & < > " ' as references, what nobody sees left out.
    static std::string escaped(const QString& text);

private:
    std::string section(const HealthFinding& finding);
    std::string endSection();

    std::optional<std::pair<HealthSeverity, HealthRule>> m_open;
    std::int64_t m_written = 0;
    std::int64_t m_leftOut = 0;
};

}  // namespace countersign
