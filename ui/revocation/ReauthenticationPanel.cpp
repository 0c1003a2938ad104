#include "ui/revocation/ReauthenticationPanel.h"

#include "ui/theme/Icons.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

ReauthenticationPanel::ReauthenticationPanel(Reauthentication& reauthentication, const Clock& clock,
                                             QWidget* parent)
    : QWidget(parent), m_reauthentication(reauthentication), m_clock(clock)
{
    const bool asks = m_reauthentication.asksForPassphrase();
    auto* name = sectionLabel(asks ? tr("Your passphrase, once more") : tr("The keychain, once more"), this);
    m_field = new PassphraseEdit(this);
    m_field->setPlaceholder(tr("This profile's passphrase"));
    m_field->setVisible(asks);
    m_confirm = new QPushButton(tr("Ask the keychain"), this);
    m_confirm->setAutoDefault(false);
    m_confirm->setIcon(themeIcon(QStringLiteral("key")));
    m_confirm->setToolTip(tr("Reads this profile's key anew; a locked keychain asks you to unlock it."));
    m_confirm->setVisible(!asks);
    m_message = plainLabel({}, this);
    m_message->setProperty("role", QStringLiteral("bad"));
    m_message->setWordWrap(true);
    m_message->setMinimumHeight(m_message->fontMetrics().height());

    auto* row = new QHBoxLayout;
    row->setSpacing(12);
    row->addWidget(m_field);
    row->addWidget(m_confirm);
    row->addWidget(m_message, 1);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(4);
    layout->addWidget(name);
    layout->addLayout(row);

    connect(m_field, &PassphraseEdit::changed, this, [this] {
        if (!m_field->isEmpty()) {
            m_message->clear();
        }
        update();
    });
    connect(m_field, &PassphraseEdit::submitted, this, &ReauthenticationPanel::submitted);
    connect(&m_reauthentication, &Reauthentication::forgotten, this, &ReauthenticationPanel::forget);
    connect(m_confirm, &QPushButton::clicked, this,
            [this] { verify([this](const Reauthentication::Grant& grant) { m_grant = grant; }); });
    update();
}

bool ReauthenticationPanel::isGiven() const
{
    if (m_isChecking) {
        return false;
    }
    return m_reauthentication.asksForPassphrase() ? !m_field->isEmpty() : m_grant.has_value();
}

void ReauthenticationPanel::obtain(std::function<void(const Reauthentication::Grant&)> granted)
{
    if (!isGiven()) {
        return;
    }
    if (!m_reauthentication.asksForPassphrase()) {
        const Reauthentication::Grant grant = *std::exchange(m_grant, std::nullopt);
        if (!grant.isGoodAt(m_clock.now())) {
            return refuse(tr("It is too long ago that the keychain was asked. Ask it anew."));
        }
        granted(grant);
        return update();
    }
    verify(std::move(granted));
}

/// Whoever unlocks is asked anew, and finds nothing that was typed before.
void ReauthenticationPanel::forget()
{
    ++m_question;
    m_isChecking = false;
    m_grant.reset();
    m_field->clear();
    update();
}

void ReauthenticationPanel::refuse(const QString& sentence)
{
    m_grant.reset();
    m_message->setText(sentence);
    update();
    (m_reauthentication.asksForPassphrase() ? static_cast<QWidget*>(m_field) : m_confirm)->setFocus();
}

void ReauthenticationPanel::verify(std::function<void(const Reauthentication::Grant&)> granted)
{
    m_isChecking = true;
    SecretBytes passphrase;
    if (m_reauthentication.asksForPassphrase()) {
        passphrase = m_field->take();
    }
    update();
    m_reauthentication.verify(this, std::move(passphrase),
                              [this, question = ++m_question,
                               granted = std::move(granted)](const Result<Reauthentication::Grant>& grant) {
                                  if (question != m_question) {
                                      return;  // locked meanwhile
                                  }
                                  m_isChecking = false;
                                  if (!grant) {
                                      return refuse(grant.error().sentence);
                                  }
                                  granted(*grant);
                                  update();
                              });
}

void ReauthenticationPanel::update()
{
    m_field->setEnabled(!m_isChecking);
    m_confirm->setEnabled(!m_isChecking && !m_grant);
    m_confirm->setText(m_grant ? tr("Confirmed") : tr("Ask the keychain"));
    Q_EMIT changed();
}

}  // namespace countersign
