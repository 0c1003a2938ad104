#include "ui/settings/SubmittersGroup.h"

#include "core/base/encoding/Hex.h"
#include "ui/text/TimeText.h"
#include "ui/text/VisibleText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"
#include "ui/widgets/identity/CopyButton.h"

#include <QHBoxLayout>

namespace countersign {

SubmittersGroup::SubmittersGroup(SettingsControl& control, QWidget* parent)
    : SettingsGroup(
          tr("Submitters"),
          tr("Whose jobs are accepted from the relay: a name for you, and the Ed25519 key that signs "
             "their jobs. Whoever holds such a key can put jobs before you; nothing is signed "
             "without your approval."),
          control, parent)
{
    auto* list = new QWidget(this);
    m_listRows = new QVBoxLayout(list);
    m_listRows->setContentsMargins(0, 0, 0, 0);
    m_listRows->setSpacing(6);
    addRow(list);
    addRow(buildAdding());
    allowNow();
}

QWidget* SubmittersGroup::buildAdding()
{
    auto* part = new QWidget(this);
    m_name = new QLineEdit(part);
    m_name->setPlaceholderText(tr("name"));
    m_name->setAccessibleName(tr("Name of another submitter"));
    m_name->setFixedWidth(150);
    m_name->setMaxLength(64);
    m_key = new QLineEdit(part);
    m_key->setPlaceholderText(tr("public key, 64 hex digits"));
    m_key->setAccessibleName(tr("Public key of another submitter"));
    m_key->setMaxLength(80);
    m_add = new QPushButton(tr("Add"), part);
    m_add->setAccessibleName(tr("Add the submitter"));
    auto* layout = new QHBoxLayout(part);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(m_name);
    layout->addWidget(m_key, 1);
    layout->addWidget(m_add);
    connect(m_add, &QPushButton::clicked, this, &SubmittersGroup::add);
    connect(m_key, &QLineEdit::returnPressed, this, &SubmittersGroup::add);
    for (QLineEdit* field : {m_name, m_key}) {
        connect(field, &QLineEdit::textChanged, this, [this] { allowNow(); });
    }
    return part;
}

void SubmittersGroup::add()
{
    if (m_add->isEnabled()) {
        control().addSubmitter(this, m_name->text().trimmed(), m_key->text().trimmed(), answered([this] {
                                   m_name->clear();
                                   m_key->clear();
                               }));
    }
}

QWidget* SubmittersGroup::rowOf(const Submitter& submitter)
{
    const QString name = QString::fromStdString(submitter.name);
    const QString key = QString::fromStdString(toHex(submitter.publicKey));
    auto* row = new QWidget(this);
    QLabel* words = plainLabel(visibleText(submitter.name), row);
    words->setFixedWidth(150);
    words->setToolTip(plainToolTip(tr("since %1").arg(absoluteTime(submitter.createdAt))));
    QLabel* value = plainLabel(key, row, Theme::monospace(0.92));
    value->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    value->setTextInteractionFlags(Qt::TextSelectableByMouse);
    value->setToolTip(key);
    auto* remove = new QPushButton(tr("Remove …"), row);
    remove->setAccessibleName(tr("Remove the submitter %1").arg(name));
    auto* sure = new QPushButton(tr("Remove %1").arg(name), row);
    auto* keep = new QPushButton(tr("Keep"), row);
    sure->hide();
    keep->hide();
    const bool ready = control().isReady();
    remove->setEnabled(ready);
    auto* layout = new QHBoxLayout(row);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(words);
    layout->addWidget(value, 1);
    layout->addWidget(new CopyButton(key, tr("Copy the key of %1").arg(name), row));
    layout->addWidget(remove);
    layout->addWidget(sure);
    layout->addWidget(keep);
    const auto ask = [remove, sure, keep](bool asking) {
        remove->setVisible(!asking);
        sure->setVisible(asking);
        keep->setVisible(asking);
    };
    connect(remove, &QPushButton::clicked, row, [ask] { ask(true); });
    connect(keep, &QPushButton::clicked, row, [ask] { ask(false); });
    connect(sure, &QPushButton::clicked, this, [this, name, ask] {
        ask(false);
        control().removeSubmitter(this, name, answered());
    });
    return row;
}

void SubmittersGroup::show(const SettingsData& stored)
{
    m_submitters = stored.submitters;
    while (QLayoutItem* item = m_listRows->takeAt(0)) {
        item->widget()->deleteLater();
        delete item;
    }
    for (const Submitter& submitter : m_submitters) {
        m_listRows->addWidget(rowOf(submitter));
    }
    if (m_submitters.empty()) {
        m_listRows->addWidget(
            mutedLabel(tr("Nobody is registered: jobs from the relay go to quarantine."), this));
    }
}

void SubmittersGroup::allow(bool ready)
{
    m_add->setEnabled(ready && !m_name->text().trimmed().isEmpty() && !m_key->text().trimmed().isEmpty());
    for (QPushButton* button : findChildren<QPushButton*>()) {
        if (button != m_add) {
            button->setEnabled(ready);
        }
    }
}

}  // namespace countersign
