#include "ui/revocation/RevokeDialog.h"

#include "ui/widgets/Labels.h"

#include <QHBoxLayout>
#include <QScreen>
#include <QVBoxLayout>

namespace countersign {

RevokeDialog::RevokeDialog(RevocationControl& control, Reauthentication& reauthentication, const Clock& clock,
                           QWidget* parent)
    : QDialog(parent),
      m_control(control),
      m_state(new EmptyState(this)),
      m_form(new RevokeForm(reauthentication, clock, this)),
      m_progress(new RevocationProgress(control, clock, this))
{
    build();
    connect(m_form, &RevokeForm::scopeChanged, this, [this] {
        m_onlyShareSet = m_form->onlyShareSet();
        plan();
    });
    connect(m_form, &RevokeForm::changed, this, &RevokeDialog::updateButtons);
    // Enter behind the passphrase leads to the button and does not press it.
    connect(m_form->panel(), &ReauthenticationPanel::submitted, this, [this] {
        if (m_revoke->isEnabled()) {
            m_revoke->setFocus(Qt::TabFocusReason);
        }
    });
    connect(m_state, &EmptyState::actionTriggered, this, &RevokeDialog::plan);
    connect(m_revoke, &QPushButton::clicked, this, &RevokeDialog::begin);
    connect(m_close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_progress, &RevocationProgress::walletChosen, this, &RevokeDialog::walletChosen);
    connect(m_progress, &RevocationProgress::revokeWanted, this, &RevokeDialog::revokeWanted);
    connect(&m_control, &RevocationControl::readyChanged, this, &RevokeDialog::updateButtons);
}

void RevokeDialog::build()
{
    setWindowTitle(tr("Revoke"));
    setSizeGripEnabled(true);
    setMinimumSize(680, 520);
    // The buttons stand at the bottom: they must be on the screen, with the frame of the window.
    const QSize frame(40, 80);
    resize(QSize(860, 640).boundedTo(screen()->availableSize() - frame));
    m_body = new QStackedWidget(this);
    m_body->addWidget(m_state);
    m_body->addWidget(m_form);
    m_body->addWidget(m_progress);
    m_hint = mutedLabel({}, this);
    m_hint->setWordWrap(true);
    m_revoke = new QPushButton(this);
    m_revoke->setProperty("role", QStringLiteral("danger"));
    m_close = new QPushButton(this);
    for (QPushButton* button : {m_revoke, m_close}) {
        // Enter must never do what was not read.
        button->setAutoDefault(false);
        button->setDefault(false);
    }
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(12);
    buttons->addWidget(m_revoke);
    buttons->addWidget(m_hint, 1);
    buttons->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(m_body, 1);
    layout->addLayout(buttons);
    setPhase(Phase::Planning);
}

void RevokeDialog::choose(const WalletSelection& selection)
{
    m_selection = selection;
    m_onlyShareSet.reset();
    plan();
}

void RevokeDialog::plan()
{
    setPhase(Phase::Planning);
    m_control.plan(this, m_selection, m_onlyShareSet,
                   [this, generation = ++m_generation](const Result<RevocationPreviewPtr>& preview) {
                       if (generation != m_generation) {
                           return;
                       }
                       if (!preview) {
                           m_state->show(QStringLiteral("error"), tr("It cannot be said what would happen"),
                                         preview.error().sentence, tr("Try again"));
                           return setPhase(Phase::Failed);
                       }
                       m_form->setPreview(*preview);
                       setPhase(Phase::Asking);
                       m_form->reasonField()->setFocus();
                   });
}

void RevokeDialog::begin()
{
    if (m_phase != Phase::Asking || !m_form->isComplete()) {
        return;
    }
    // What stands there now, whatever becomes of it while it is checked who asks.
    m_form->panel()->obtain(
        [this, preview = m_form->preview(), order = m_form->order()](const Reauthentication::Grant& grant) {
            if (m_phase != Phase::Asking) {
                return;
            }
            setPhase(Phase::Beginning);
            m_control.begin(this, preview, order, grant,
                            [this](const Result<RevocationBegun>& begun) { handleBegun(begun); });
        });
}

void RevokeDialog::handleBegun(const Result<RevocationBegun>& begun)
{
    if (!begun) {
        setPhase(Phase::Asking);
        m_form->panel()->refuse(begun.error().sentence);
        return;
    }
    const QStringList all = begun->all();
    m_progress->watch(all.isEmpty() ? QString() : all.constLast());
    setPhase(Phase::UnderWay);
    m_close->setFocus();
}

void RevokeDialog::setPhase(Phase phase)
{
    m_phase = phase;
    if (phase == Phase::Planning) {
        m_state->show(QStringLiteral("search"), tr("Looking at the wallets …"),
                      tr("Nothing is sent or changed before you say so."));
    }
    const bool isAsking = phase == Phase::Asking || phase == Phase::Beginning;
    m_body->setCurrentWidget(phase == Phase::UnderWay ? static_cast<QWidget*>(m_progress)
                             : isAsking               ? static_cast<QWidget*>(m_form)
                                                      : m_state);
    updateButtons();
}

void RevokeDialog::updateButtons()
{
    const bool isAsking = m_phase == Phase::Asking || m_phase == Phase::Beginning;
    m_revoke->setVisible(isAsking);
    m_revoke->setText(m_phase == Phase::Beginning     ? tr("Beginning …")
                      : m_form->panel()->isChecking() ? tr("Checking …")
                                                      : m_form->actionText());
    m_revoke->setEnabled(m_phase == Phase::Asking && m_control.isReady() && m_form->isComplete());
    m_form->setEnabled(m_phase != Phase::Beginning && !m_form->panel()->isChecking());
    m_close->setText(isAsking ? tr("Cancel") : tr("Close"));
    m_hint->setText(m_phase == Phase::UnderWay
                        ? tr("It goes on when this window is closed, and with the next unlock.")
                    : isAsking && !m_control.isReady() ? tr("Unlock the profile first.")
                                                       : QString());
}

}  // namespace countersign
