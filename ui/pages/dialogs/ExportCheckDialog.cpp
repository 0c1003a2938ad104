#include "ui/pages/dialogs/ExportCheckDialog.h"

#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLocale>
#include <QVBoxLayout>

namespace countersign {

ExportCheckDialog::ExportCheckDialog(RecordControl& record, QWidget* parent)
    : QDialog(parent), m_record(record)
{
    setWindowTitle(tr("Check a foreign export"));
    setMinimumWidth(560);
    auto* explanation =
        plainLabel(tr("An export of another desk's record ends in a line that is signed with that desk's "
                      "key. Get the key from that desk by another way than the file "
                      "(\"countersign-cli desk key\" prints it)."),
                   this);
    explanation->setWordWrap(true);
    m_file = new QLineEdit(this);
    m_file->setAccessibleName(tr("Export"));
    auto* browse = new QPushButton(tr("Choose …"), this);
    auto* file = new QHBoxLayout;
    file->addWidget(m_file, 1);
    file->addWidget(browse);
    m_key = new QLineEdit(this);
    m_key->setFont(Theme::monospace());
    m_key->setAccessibleName(tr("Desk's public key"));
    m_key->setPlaceholderText(tr("64 hex digits"));
    m_result = plainLabel({}, this, Theme::font(1.0, QFont::DemiBold));
    m_result->setWordWrap(true);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    m_check = buttons->addButton(tr("Check"), QDialogButtonBox::ActionRole);
    setRole(m_check, QStringLiteral("primary"));
    m_check->setDefault(true);

    auto* form = new QFormLayout;
    form->addRow(tr("Export"), file);
    form->addRow(tr("Desk's key"), m_key);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addWidget(explanation);
    layout->addLayout(form);
    layout->addWidget(m_result);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(browse, &QPushButton::clicked, this, &ExportCheckDialog::choose);
    connect(m_check, &QPushButton::clicked, this, &ExportCheckDialog::check);
    for (QLineEdit* field : {m_file, m_key}) {
        connect(field, &QLineEdit::textChanged, this, [this] {
            m_result->clear();  // it was about something else
            updateButton();
        });
    }
    connect(&m_record, &RecordControl::busyChanged, this, &ExportCheckDialog::updateButton);
    updateButton();
}

void ExportCheckDialog::updateButton()
{
    m_check->setEnabled(!m_record.isBusy() && !m_file->text().isEmpty() && !m_key->text().isEmpty());
}

void ExportCheckDialog::choose()
{
    auto* chooser = new QFileDialog(this, tr("Choose an export"));
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setFileMode(QFileDialog::ExistingFile);
    chooser->setNameFilters({tr("Exports (*.jsonl)"), tr("All files (*)")});
    connect(chooser, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    chooser->open();
}

void ExportCheckDialog::check()
{
    m_result->setText(tr("Checking …"));
    m_record.checkExport(
        this, m_file->text(), m_key->text(), [this](const Result<AuditExportSummary>& summary) {
            if (summary) {
                m_result->setText(tr("Genuine: entries %1 to %2, as this desk signed them.")
                                      .arg(QLocale().toString(static_cast<qlonglong>(summary->from)),
                                           QLocale().toString(static_cast<qlonglong>(summary->to))));
                return;
            }
            const Error& error = summary.error();
            const bool isJudged =
                error.code == ErrorCode::InvalidInput || error.code == ErrorCode::BadSignature;
            m_result->setText((isJudged ? tr("Not genuine. %1") : tr("Not checked. %1")).arg(error.sentence));
        });
}

}  // namespace countersign
