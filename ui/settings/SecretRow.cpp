#include "ui/settings/SecretRow.h"

#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int secretNameWidth = 150;
}

SecretRow::SecretRow(const QString& kind, const QString& name, const QString& sentence,
                     SettingsControl& control, QWidget* parent)
    : QWidget(parent), m_kind(kind), m_control(control)
{
    QLabel* label = plainLabel(name, this);
    label->setFixedWidth(secretNameWidth);
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
    words->setContentsMargins(secretNameWidth + 12, 0, 0, 0);
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

}  // namespace countersign
