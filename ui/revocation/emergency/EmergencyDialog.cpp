#include "ui/revocation/emergency/EmergencyDialog.h"

#include "ui/text/RevocationText.h"

#include <QFileDialog>

#include <utility>

namespace countersign {

namespace {
StateText stepState(Tone tone, const QString& name)
{
    const QString icon = tone == Tone::Good  ? QStringLiteral("check")
                         : tone == Tone::Bad ? QStringLiteral("error")
                                             : QStringLiteral("clock");
    return {name, icon, tone, {}, {}};
}

WalletSelection selectionOf(EmergencyRequest::Scope scope, const std::vector<std::int64_t>& rows)
{
    return scope == EmergencyRequest::Scope::Chosen ? WalletSelection(rows) : WalletSelection(EveryWallet());
}

}  // namespace

EmergencyDialog::EmergencyDialog(const Parts& parts, QWidget* parent)
    : QDialog(parent),
      m_parts(parts),
      m_earlier(new RevocationWatch(parts.revocations, this)),
      m_saver(new ProofSaver(parts.revocations, this))
{
    build();
    m_proofTimer.setSingleShot(true);
    m_proofTimer.setInterval(proofPatience);
    connect(&m_proofTimer, &QTimer::timeout, this, &EmergencyDialog::writeProof);
    const auto wait = [this] {
        if (m_phase == Phase::Revoking) {
            m_proofTimer.start();
        }
    };
    connect(m_earlier, &RevocationWatch::moved, this, wait);
    connect(m_earlier, &RevocationWatch::over, this, &EmergencyDialog::followProgress);
    connect(&m_parts.revocations, &RevocationControl::changed, this, [this, wait](const QString& id) {
        if (id == m_id) {
            wait();
        }
    });
    connect(m_progress, &RevocationProgress::wasRead, this, &EmergencyDialog::followProgress);
    connect(&m_parts.revocations, &RevocationControl::readyChanged, this, &EmergencyDialog::updateButtons);
    connect(m_reason, &QLineEdit::textChanged, this, &EmergencyDialog::updateButtons);
    connect(m_file, &QLineEdit::textChanged, this, &EmergencyDialog::updateButtons);
    connect(m_panel, &ReauthenticationPanel::changed, this, &EmergencyDialog::updateButtons);
    connect(m_panel, &ReauthenticationPanel::submitted, this, [this] {
        if (m_stop->isEnabled()) {
            m_stop->setFocus(Qt::TabFocusReason);
        }
    });
    connect(m_stop, &QPushButton::clicked, this, &EmergencyDialog::stop);
    connect(m_close, &QPushButton::clicked, this, &QDialog::close);
    connect(m_saver, &ProofSaver::saved, this,
            [this](const QString& file) { handleWritten(Tone::Good, tr("written to %1").arg(file)); });
    connect(m_saver, &ProofSaver::failed, this,
            [this](const Error& error) { handleWritten(Tone::Bad, error.sentence); });
    setScope(m_parts.freeze.isAvailable() ? Scope::FreezeOnly : Scope::Everything);
}

void EmergencyDialog::setChosen(std::vector<std::int64_t> rows)
{
    m_rows = std::move(rows);
    const QString words = m_parts.freeze.isAvailable()
                              ? tr("Freeze signing here, and revoke what is selected in Wallets (%1)")
                              : tr("Revoke what is selected in Wallets (%1)");
    m_choices[1]->setText(words.arg(walletCount(static_cast<std::int64_t>(m_rows.size()))));
    m_choices[1]->setEnabled(!m_rows.empty());
}

void EmergencyDialog::setScope(Scope scope)
{
    choice(scope)->setChecked(true);
    countDelegations();
}

EmergencyDialog::Scope EmergencyDialog::scope() const
{
    return m_choices[0]->isChecked()   ? Scope::FreezeOnly
           : m_choices[1]->isChecked() ? Scope::Chosen
                                       : Scope::Everything;
}

void EmergencyDialog::chooseFile()
{
    auto* chooser = new QFileDialog(this, tr("Save the proof"), m_file->text());
    chooser->setAttribute(Qt::WA_DeleteOnClose);
    chooser->setAcceptMode(QFileDialog::AcceptSave);
    chooser->setDefaultSuffix(QStringLiteral("json"));
    connect(chooser, &QFileDialog::fileSelected, m_file, &QLineEdit::setText);
    chooser->open();
}

/// So that the button can say how many; nobody has to wait for it.
void EmergencyDialog::countDelegations()
{
    m_preview.reset();
    ++m_generation;
    updateButtons();
    if (m_phase != Phase::Asking || scope() == Scope::FreezeOnly || !m_parts.revocations.isReady()) {
        return;
    }
    m_parts.revocations.plan(this, selectionOf(scope(), m_rows), {},
                             [this, generation = m_generation](const Result<RevocationPreviewPtr>& preview) {
                                 if (generation == m_generation && preview) {
                                     m_preview = *preview;
                                     updateButtons();
                                 }
                             });
}

void EmergencyDialog::stop()
{
    if (m_phase != Phase::Asking || !m_stop->isEnabled()) {
        return;
    }
    const Order order{.scope = scope(),
                      .rows = m_rows,
                      .isEverywhere = m_everywhere->isChecked(),
                      .reason = m_reason->text().trimmed().toStdString(),
                      .file = m_file->text()};
    m_panel->obtain([this, order](const Reauthentication::Grant& grant) {
        if (m_phase == Phase::Asking) {
            freeze(order, grant);
        }
    });
}

void EmergencyDialog::freeze(const Order& order, const Reauthentication::Grant& grant)
{
    m_order = order;
    m_grant = grant;
    ++m_generation;  // what was found out for the button is of before
    setPhase(Phase::Freezing);
    const auto goOn = [this] { m_order.scope == Scope::FreezeOnly ? conclude() : plan(); };
    if (!m_parts.freeze.isAvailable()) {
        addStep(Tone::Warning, tr("Freeze"), m_parts.freeze.obstacle());
        return goOn();
    }
    if (m_order.isEverywhere) {
        tellEveryDesk();
    }
    // Whatever becomes of the others, and however long a relay is silent.
    m_parts.freeze.freeze(this, m_order.reason, grant, [this, goOn](const Status& frozen) {
        // Also where it failed: what can be stopped is stopped.
        frozen ? addStep(Tone::Good, tr("Freeze"), tr("nothing is signed here any more"))
               : addStep(Tone::Bad, tr("Freeze"), frozen.error().sentence);
        goOn();
    });
}

/// Beside the rest, which waits for nobody's relay.
void EmergencyDialog::tellEveryDesk()
{
    m_isTelling = true;
    m_parts.freeze.freezeInbox(this, m_order.reason, *m_grant, [this](const Result<InboxTold>& told) {
        const QString problem = told ? told->problem : told.error().sentence;
        problem.isEmpty()
            ? addStep(Tone::Good, tr("Other desks"),
                      tr("the relay has the word for every desk of the inbox %1").arg(told->inbox))
            : addStep(Tone::Bad, tr("Other desks"),
                      tr("not told: %1 Freeze each by itself, or try this again.").arg(problem));
        m_isTelling = false;
        if (m_isConcluded) {
            conclude();
        }
    });
}

/// Behind the freeze, with the wallets as they are then.
void EmergencyDialog::plan()
{
    setPhase(Phase::Planning);
    if (!m_parts.revocations.isReady()) {
        return end(Tone::Bad, tr("Revoke"), tr("the profile was locked; unlock it and revoke"));
    }
    ++m_plans;
    m_parts.revocations.plan(this, selectionOf(m_order.scope, m_order.rows), {},
                             [this](const Result<RevocationPreviewPtr>& preview) {
                                 preview ? revoke(*preview)
                                         : end(Tone::Bad, tr("Revoke"), preview.error().sentence);
                             });
}

void EmergencyDialog::revoke(const RevocationPreviewPtr& preview)
{
    if (preview->plan.toEnd.empty() && preview->pendingItems.empty()) {
        return end(Tone::Good, tr("Revoke"), tr("nothing is left to revoke"));
    }
    m_parts.revocations.begin(this, preview, {.reason = m_order.reason}, *m_grant,
                              [this, delegations = preview->plan.toEnd.size()](
                                  const Result<RevocationBegun>& begun) { handleBegun(begun, delegations); });
}

void EmergencyDialog::handleBegun(const Result<RevocationBegun>& begun, std::size_t delegations)
{
    if (!begun && begun.error().code == ErrorCode::Busy && m_plans < EmergencyStop::mostPlans) {
        return plan();  // another program began with one of the wallets meanwhile
    }
    if (!begun) {
        return end(Tone::Bad, tr("Revoke"), begun.error().sentence);
    }
    QStringList earlier = begun->all();
    m_id = earlier.isEmpty() ? QString() : earlier.takeLast();
    addStep(Tone::Info, tr("Revoke"),
            tr("begun with %1; it goes on whether or not this window is open")
                .arg(delegationCount(static_cast<std::int64_t>(delegations))));
    if (!earlier.isEmpty()) {
        addStep(Tone::Info, tr("Revoke"),
                tr("earlier revocations of these wallets go on with it (%1); their proofs are on the page "
                   "Revocations")
                    .arg(earlier.size()));
    }
    setPhase(Phase::Revoking);
    m_earlier->watch(earlier);
    m_progress->show();
    m_progress->watch(m_id);
    m_proofTimer.start();
}

/// Of all revocations that belong to the stop.
bool EmergencyDialog::isOver() const
{
    const RevocationControl::RevocationPtr& revocation = m_progress->revocation();
    return revocation && revocation->endedAt != 0 && revocation->isOver() && m_earlier->isOver();
}

/// Ended: the proof is written at once, also in place of one that was written while something waited.
void EmergencyDialog::followProgress()
{
    if (!m_id.isEmpty() && isOver() && !m_isProved) {
        m_isProved = true;
        m_proofTimer.stop();
        writeProof();
    }
}

void EmergencyDialog::writeProof()
{
    // One after the other: the file is the same, and what was written last has to be the newest.
    if (std::exchange(m_isWriting, true)) {
        m_isProofStale = true;
        return;
    }
    m_saver->save(m_id, m_order.file);
}

void EmergencyDialog::handleWritten(Tone tone, const QString& words)
{
    m_isWriting = false;
    if (std::exchange(m_isProofStale, false)) {
        return writeProof();
    }
    end(tone, tr("Proof"), words);
}

/// A last step, behind which nothing is tried any more but what waits for Dynamic.
void EmergencyDialog::end(Tone tone, const QString& name, const QString& words)
{
    addStep(tone, name, words);
    conclude();
}

void EmergencyDialog::conclude()
{
    m_isConcluded = true;
    if (m_isTelling) {
        return;  // and then once more
    }
    setPhase(Phase::Done);
    if (std::exchange(m_isUnseen, false)) {
        setAttribute(Qt::WA_DeleteOnClose, std::exchange(m_isDeletedInTheEnd, false));
        show();
    }
}

/// Something comes of it still: a step, or the proof of what waits for Dynamic.
bool EmergencyDialog::isAwaited() const
{
    return isUnderWay() || m_isWriting || (!m_id.isEmpty() && !m_isProved);
}

void EmergencyDialog::done(int result)
{
    if (isAwaited()) {
        m_isUnseen = true;
        m_isDeletedInTheEnd = m_isDeletedInTheEnd || testAttribute(Qt::WA_DeleteOnClose);
        setAttribute(Qt::WA_DeleteOnClose, false);
    }
    QDialog::done(result);
}

void EmergencyDialog::addStep(Tone tone, const QString& name, const QString& words)
{
    m_steps->add(stepState(tone, name), words, m_parts.clock.now());
    m_stepWords << tr("%1: %2").arg(name, words);
}

void EmergencyDialog::setPhase(Phase phase)
{
    m_phase = phase;
    m_body->setCurrentIndex(phase == Phase::Asking ? 0 : 1);
    updateButtons();
}

QString EmergencyDialog::actionText() const
{
    const QString freezing = m_parts.freeze.isAvailable() ? tr("Freeze signing") : QString();
    if (scope() == Scope::FreezeOnly) {
        return freezing;
    }
    const QString what = m_preview ? delegationCount(static_cast<std::int64_t>(m_preview->plan.toEnd.size()))
                         : scope() == Scope::Chosen ? tr("the selected wallets")
                                                    : tr("everything");
    return freezing.isEmpty() ? tr("Revoke %1").arg(what) : tr("Freeze, and revoke %1").arg(what);
}

void EmergencyDialog::updateButtons()
{
    if (m_stop == nullptr) {
        return;  // it is being built
    }
    const bool isAsking = m_phase == Phase::Asking;
    const bool needsFile = scope() != Scope::FreezeOnly;
    // What was ordered is what stands there for as long as it is checked who asks.
    m_inputs->setEnabled(isAsking && !m_panel->isChecking());
    m_file->setEnabled(needsFile);
    m_stop->setVisible(isAsking);
    m_stop->setText(m_panel->isChecking() ? tr("Checking …") : actionText());
    m_stop->setEnabled(isAsking && m_parts.revocations.isReady() && m_panel->isGiven() &&
                       !m_reason->text().trimmed().isEmpty() &&
                       (!needsFile || !m_file->text().trimmed().isEmpty()));
    m_close->setText(isAsking ? tr("Cancel") : tr("Close"));
    m_hint->setText(isAwaited()
                        ? tr("Closed now, this window comes back with the proof. After a lock or an end "
                             "of the program the proof is on the page Revocations.")
                        : QString());
}

}  // namespace countersign
