#include "ui/session/worker/StatementFile.h"

#include "core/policy/approvals/StatementEnvelope.h"

#include <QCoreApplication>
#include <QFile>

namespace countersign {

namespace {

struct StatementFileText
{
    Q_DECLARE_TR_FUNCTIONS(StatementFileText)
};

}  // namespace

Result<std::string> statementFile(const QString& name)
{
    QFile file(name);
    if (!file.open(QIODevice::ReadOnly)) {
        return failure(ErrorCode::NotFound, StatementFileText::tr("The file cannot be read."),
                       file.errorString());
    }
    const QByteArray content = file.read(static_cast<qint64>(approvalMaxBytes) + 1);
    if (content.size() > static_cast<qsizetype>(approvalMaxBytes)) {
        return failure(ErrorCode::InvalidInput,
                       StatementFileText::tr("The file is larger than any statement of an operator."));
    }
    return content.toStdString();
}

}  // namespace countersign
