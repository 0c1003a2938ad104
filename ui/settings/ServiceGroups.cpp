#include "ui/settings/ServiceGroups.h"

#include "core/settings/KnownSettings.h"
#include "core/vault/SecretStore.h"
#include "core/vault/Settings.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

namespace {

constexpr int nameWidth = 150;

QString textOf(std::string_view text)
{
    return QString::fromLatin1(text.data(), qsizetype(text.size()));
}

}  // namespace

SecretRow::SecretRow(const QString& kind, const QString& name, const QString& sentence,
                     SettingsControl& control, QWidget* parent)
    : QWidget(parent), m_kind(kind), m_control(control)
{
    QLabel* label = plainLabel(name, this);
    label->setFixedWidth(nameWidth);
    m_field = new PassphraseEdit(this);
    m_field->setPlaceholder(tr("Type or paste a new one"));
    m_field->setAccessibleName(name);
    m_save = new QPushButton(tr("Replace"), this);
    m_save->setAccessibleName(tr("Replace %1").arg(name));
    m_state = mutedLabel({}, this);
    QLabel* meaning = mutedLabel(sentence, this);
    meaning->setWordWrap(true);
    auto* field = new QHBoxLayout;
    field->setSpacing(12);
    field->addWidget(label);
    field->addWidget(m_field, 1);
    field->addWidget(m_save);
    auto* words = new QVBoxLayout;
    words->setContentsMargins(nameWidth + 12, 0, 0, 0);
    words->setSpacing(2);
    words->addWidget(m_state);
    words->addWidget(meaning);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addLayout(field);
    layout->addLayout(words);
    connect(m_field, &PassphraseEdit::changed, this, &SecretRow::updateControls);
    connect(m_field, &PassphraseEdit::submitted, this, &SecretRow::save);
    connect(m_save, &QPushButton::clicked, this, &SecretRow::save);
    updateControls();
}

void SecretRow::show(bool isSet)
{
    m_state->setText(isSet ? tr("One is stored, sealed; it is never shown.") : tr("None is stored."));
}

void SecretRow::allow(bool ready)
{
    m_ready = ready;
    updateControls();
}

void SecretRow::save()
{
    if (m_save->isEnabled()) {
        m_control.putSecret(this, m_kind, m_field->take(), [this](const Status& status) {
            m_state->setText(status ? tr("Replaced.") : status.error().sentence);
        });
    }
}

void SecretRow::updateControls()
{
    m_save->setEnabled(m_ready && !m_field->isEmpty());
    m_field->setEnabled(m_ready);
}

DynamicGroup::DynamicGroup(SettingsControl& control, QWidget* parent)
    : SettingsGroup(tr("Dynamic"), tr("The environment that these wallets belong to."), control, parent)
{
    const auto add = [&](std::string_view key, const QString& name) {
        auto* row = new SettingRow(textOf(key), name, settingSentence(key), this->control(), this);
        m_settings.append(row);
        addRow(row);
        return row;
    };
    add(settingKeys::environment, tr("Environment id"));
    add(settingKeys::apiBase, tr("API address"))->setPlaceholder(tr("https://…"));
    m_token = new SecretRow(textOf(apiTokenKind), tr("API token"),
                            tr("Made in Dynamic's dashboard; needed to open signing rooms."), control, this);
    addRow(m_token);
    add(settingKeys::mpcRelayDomain, tr("MPC relay"));
    allowNow();
}

void DynamicGroup::show(const SettingsData& stored)
{
    for (SettingRow* row : m_settings) {
        row->showValue(stored.value(row->key()));
    }
    m_token->show(stored.hasApiToken);
}

void DynamicGroup::allow(bool ready)
{
    for (SettingRow* row : m_settings) {
        row->allow(ready);
    }
    m_token->allow(ready);
}

RelayGroup::RelayGroup(SettingsControl& control, QWidget* parent)
    : SettingsGroup(
          tr("Relay"),
          tr("The mailbox that this console reads webhooks and jobs from. A change takes effect the "
             "next time the profile is unlocked."),
          control, parent)
{
    const auto add = [&](std::string_view key, const QString& name) {
        auto* row = new SettingRow(textOf(key), name, settingSentence(key), this->control(), this);
        m_settings.append(row);
        addRow(row);
        return row;
    };
    add(settingKeys::relayUrl, tr("Address"));
    add(settingKeys::relayInbox, tr("Inbox"));
    m_token =
        new SecretRow(textOf(relayTokenKind), tr("Token"),
                      tr("A consumer token of that inbox (countersign-relay token create)."), control, this);
    addRow(m_token);
    add(settingKeys::acceptOldSignatureHeader, tr("Old signatures"))->setWarner([](const QString& value) {
        return value == QLatin1String("true")
                   ? RelayGroup::tr("This lowers safety: deliveries with the older header are believed.")
                   : QString();
    });
    allowNow();
}

void RelayGroup::show(const SettingsData& stored)
{
    for (SettingRow* row : m_settings) {
        row->showValue(stored.value(row->key()));
    }
    m_token->show(stored.hasRelayToken);
}

void RelayGroup::allow(bool ready)
{
    for (SettingRow* row : m_settings) {
        row->allow(ready);
    }
    m_token->allow(ready);
}

}  // namespace countersign
