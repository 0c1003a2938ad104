#include "ui/window/FreezeDialog.h"

#include "ui/widgets/Labels.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int mostFreezeReason = 1000;
}  // namespace

FreezeDialog::FreezeDialog(RecordControl& record, Purpose purpose, QWidget* parent)
    : QDialog(parent), m_record(record), m_purpose(purpose)
{
    const bool freezes = purpose == Purpose::Freeze;
    setWindowTitle(freezes ? tr("Freeze signing") : tr("Unfreeze signing"));
    setMinimumWidth(480);
    auto* explanation = plainLabel(
        freezes ? tr("Every approval at this desk is refused, and no ceremony gets a room, until somebody "
                     "lifts it. "
                     "Signatures that exist already are kept and sent. Other desks are not frozen.")
                : tr("Jobs can be approved again. A job that was approved before the freeze waits for a new "
                     "approval."),
        this);
    explanation->setWordWrap(true);
    m_reason = new QLineEdit(this);
    m_reason->setMaxLength(mostFreezeReason);
    m_reason->setAccessibleName(tr("Reason"));
    m_reason->setPlaceholderText(tr("goes into the record"));
    m_obstacle = plainLabel({}, this);
    m_obstacle->setWordWrap(true);
    m_obstacle->hide();
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_action = buttons->addButton(freezes ? tr("Freeze signing") : tr("Unfreeze signing"),
                                  QDialogButtonBox::ActionRole);
    m_action->setEnabled(false);
    auto* form = new QFormLayout;
    form->addRow(tr("Reason"), m_reason);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(12);
    layout->addWidget(explanation);
    layout->addLayout(form);
    layout->addWidget(m_obstacle);
    layout->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_action, &QPushButton::clicked, this, &FreezeDialog::act);
    connect(m_reason, &QLineEdit::textChanged, this,
            [this](const QString& text) { m_action->setEnabled(!text.trimmed().isEmpty()); });
}

void FreezeDialog::act()
{
    m_action->setEnabled(false);
    const auto done = [this](const Status& changed) {
        if (changed) {
            return accept();
        }
        m_obstacle->setText(changed.error().sentence);
        m_obstacle->show();
        m_action->setEnabled(true);
    };
    const QString reason = m_reason->text().trimmed();
    m_purpose == Purpose::Freeze ? m_record.freeze(this, reason, done)
                                 : m_record.unfreeze(this, reason, done);
}

}  // namespace countersign
