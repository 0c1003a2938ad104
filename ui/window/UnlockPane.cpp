#include "ui/window/UnlockPane.h"

#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QVBoxLayout>

namespace countersign {

UnlockPane::UnlockPane(ProfileSession& session, QWidget* parent) : QWidget(parent), m_session(session)
{
    m_icon = new QLabel(this);
    m_icon->setAlignment(Qt::AlignCenter);
    auto* headline = plainLabel(tr("This profile is locked"), this, Theme::font(1.25, QFont::DemiBold));
    headline->setAlignment(Qt::AlignCenter);
    auto* sentence = mutedLabel(
        tr("Its keys are sealed. Unlock it to follow the relay and to open new delegations."), this);
    sentence->setAlignment(Qt::AlignCenter);
    m_field = new PassphraseEdit(this);
    m_field->setFixedWidth(300);
    m_unlock = new QPushButton(tr("Unlock"), this);
    m_unlock->setProperty("role", QStringLiteral("primary"));
    m_browse = new QPushButton(tr("Look at the wallets without unlocking"), this);
    m_browse->setProperty("role", QStringLiteral("flat"));
    m_message = plainLabel({}, this);
    m_message->setProperty("role", QStringLiteral("bad"));
    m_message->setAlignment(Qt::AlignCenter);
    m_message->setWordWrap(true);
    m_message->setFixedWidth(420);
    m_message->setMinimumHeight(40);

    auto* entry = new QHBoxLayout;
    entry->setSpacing(8);
    entry->addStretch(1);
    entry->addWidget(m_field);
    entry->addWidget(m_unlock);
    entry->addStretch(1);
    auto* layout = new QVBoxLayout(this);
    layout->setSpacing(8);
    layout->addStretch(2);
    layout->addWidget(m_icon);
    layout->addSpacing(8);
    layout->addWidget(headline);
    layout->addWidget(sentence);
    layout->addSpacing(12);
    layout->addLayout(entry);
    layout->addWidget(m_message, 0, Qt::AlignHCenter);
    layout->addWidget(m_browse, 0, Qt::AlignHCenter);
    layout->addStretch(3);

    connect(m_unlock, &QPushButton::clicked, this, &UnlockPane::submit);
    connect(m_field, &PassphraseEdit::submitted, this, &UnlockPane::submit);
    connect(m_field, &PassphraseEdit::changed, this, &UnlockPane::update);
    connect(m_browse, &QPushButton::clicked, this, &UnlockPane::browseWanted);
    connect(&m_session, &ProfileSession::stateChanged, this, &UnlockPane::update);
    connect(&Theme::instance(), &Theme::changed, this, &UnlockPane::repaintIcon);
    repaintIcon();
    update();
}

void UnlockPane::repaintIcon()
{
    m_icon->setPixmap(
        iconPixmap(QStringLiteral("lock"), Theme::instance().colors().muted, 44, devicePixelRatioF()));
}

void UnlockPane::showEvent(QShowEvent* event)
{
    QWidget::showEvent(event);
    m_field->setFocus();
}

void UnlockPane::submit()
{
    if (!m_field->isEmpty() && m_session.state() == ProfileSession::State::Locked) {
        m_session.unlock(m_field->take());
    }
}

void UnlockPane::update()
{
    const bool unlocking = m_session.state() == ProfileSession::State::Unlocking;
    m_unlock->setEnabled(!unlocking && !m_field->isEmpty());
    m_unlock->setText(unlocking ? tr("Unlocking …") : tr("Unlock"));
    m_field->setEnabled(!unlocking);
    const bool wrong = m_session.state() == ProfileSession::State::Locked && m_session.error();
    m_message->setText(wrong && m_field->isEmpty() ? m_session.error()->sentence : QString());
    if (wrong && isVisible()) {
        m_field->setFocus();
    }
}

}  // namespace countersign
