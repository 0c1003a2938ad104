#include "core/health/report/HealthCsv.h"

#include "core/base/encoding/CsvWriter.h"

namespace countersign {

std::string HealthCsv::begin(const HealthSummary& /*summary*/, const HealthCounts& /*counts*/)
{
    return CsvWriter::row({"id", "severity", "walletId", "address", "subject", "title", "mend"});
}

std::string HealthCsv::add(const HealthFinding& finding)
{
    return CsvWriter::row({std::string(toText(finding.rule)), std::string(toText(finding.severity)),
                           finding.walletId.value_or(std::string()), finding.address.value_or(std::string()),
                           finding.subject, finding.title.toStdString(), finding.mend.toStdString()});
}

}  // namespace countersign
