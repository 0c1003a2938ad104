#include "ui/revocation/ProofSaver.h"

#include "core/base/process/OutputFile.h"
#include "core/vault/database/BackgroundWork.h"

#include <QDir>
#include <QFileDialog>
#include <QPointer>

namespace countersign {

namespace {

Status writeProof(const QString& name, const std::string& content)
{
    OutputFile file(name.toStdString());
    return file.open().and_then([&] { return file.write(asBytes(content)); }).and_then([&] {
        return file.commit();
    });
}

}  // namespace

void ProofSaver::ask(const QString& revocationId)
{
    auto* chooser = new QFileDialog(m_window, tr("Save the proof"), QDir::homePath());
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setAcceptMode(QFileDialog::AcceptSave);
    chooser->setNameFilters({tr("Signed proof (*.json)"), tr("Page to print (*.html)")});
    chooser->setDefaultSuffix(QStringLiteral("json"));
    chooser->selectFile(QStringLiteral("revocation-%1").arg(revocationId.left(8)));
    connect(chooser, &QFileDialog::filterSelected, chooser, [chooser](const QString& filter) {
        chooser->setDefaultSuffix(filter.contains(QLatin1String("html")) ? QStringLiteral("html")
                                                                         : QStringLiteral("json"));
    });
    connect(chooser, &QFileDialog::fileSelected, this,
            [this, revocationId](const QString& file) { save(revocationId, file); });
    chooser->open();
}

void ProofSaver::save(const QString& revocationId, const QString& file)
{
    m_control.proof(this, revocationId, [this, file](const Result<RevocationControl::Proof>& proof) {
        if (!proof) {
            Q_EMIT failed(proof.error());
            return;
        }
        const bool isPage = file.endsWith(QLatin1String(".html"), Qt::CaseInsensitive);
        const std::string content = isPage ? proof->page : proof->envelope;
        const auto written = std::make_shared<Status>();
        runInBackground([file, content, written] { *written = writeProof(file, content); },
                        [guard = QPointer(this), file, written] {
                            if (!guard) {
                                return;
                            }
                            if (*written) {
                                Q_EMIT guard->saved(file);
                            } else {
                                Q_EMIT guard->failed(written->error());
                            }
                        });
    });
}

}  // namespace countersign
