#include "ui/approvals/HandOverDialog.h"

#include "core/base/process/OutputFile.h"
#include "core/vault/database/BackgroundWork.h"
#include "ui/widgets/Labels.h"

#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QPointer>
#include <QVBoxLayout>

namespace countersign {

namespace {

Status writeStatement(const QString& name, const std::string& envelope)
{
    OutputFile file(name.toStdString());
    return file.open().and_then([&] { return file.write(asBytes(envelope)); }).and_then([&] {
        return file.commit();
    });
}

}  // namespace

HandOverDialog::HandOverDialog(SignedApproval approval, QWidget* parent)
    : QDialog(parent), m_approval(std::move(approval))
{
    setAttribute(Qt::WA_DeleteOnClose);
    setWindowTitle(tr("Hand over a statement"));
    setMinimumWidth(440);
    auto* words =
        mutedLabel(tr("Take it to the other desk as a file, or let its camera read the code; there it is "
                      "taken in on the page Waiting for you, or with \"jobs import\". It is signed: "
                      "whoever carries it can change nothing."),
                   this);
    words->setWordWrap(true);
    m_code = new QrCode(this);
    const QString envelope = QString::fromStdString(m_approval.envelope.json);
    m_code->show(tr("statement"), envelope);
    // Longer comments are in no code.
    const bool fits = !qrCodeOf(envelope).isNull();
    m_code->setVisible(fits);
    m_outcome =
        mutedLabel(fits ? QString() : tr("With its comment it is too long for a code; save the file."), this);
    m_outcome->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_save = buttons->addButton(tr("Save as a file …"), QDialogButtonBox::ActionRole);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(16, 16, 16, 16);
    layout->setSpacing(12);
    layout->addWidget(words);
    layout->addWidget(m_code, 0, Qt::AlignHCenter);
    layout->addWidget(m_outcome);
    layout->addStretch(1);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_save, &QPushButton::clicked, this, &HandOverDialog::choose);
}

void HandOverDialog::choose()
{
    auto* chooser = new QFileDialog(this, tr("Save the statement"), QDir::homePath());
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setAcceptMode(QFileDialog::AcceptSave);
    chooser->setNameFilters({tr("Statements (*.json)")});
    chooser->setDefaultSuffix(QStringLiteral("json"));
    chooser->selectFile(
        QStringLiteral("statement-%1").arg(QString::fromStdString(m_approval.statement.jobId.substr(0, 8))));
    connect(chooser, &QFileDialog::fileSelected, this, &HandOverDialog::saveTo);
    chooser->open();
}

void HandOverDialog::saveTo(const QString& file)
{
    const auto written = std::make_shared<Status>();
    runInBackground(
        [file, envelope = m_approval.envelope.json, written] { *written = writeStatement(file, envelope); },
        [guard = QPointer(this), file, written] {
            if (guard) {
                guard->m_outcome->setText(*written ? tr("Saved: %1").arg(file) : written->error().sentence);
            }
        });
}

}  // namespace countersign
