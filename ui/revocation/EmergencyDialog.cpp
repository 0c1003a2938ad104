#include "ui/revocation/EmergencyDialog.h"

#include "ui/text/RevocationText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QButtonGroup>
#include <QDateTime>
#include <QDir>
#include <QFileDialog>
#include <QVBoxLayout>

namespace countersign {

namespace {
constexpr int mostEmergencyReason = static_cast<int>(RevocationRequest::mostReasonBytes) / 3;

StateText stepState(Tone tone, const QString& name)
{
    const QString icon = tone == Tone::Good  ? QStringLiteral("check")
                         : tone == Tone::Bad ? QStringLiteral("error")
                                             : QStringLiteral("clock");
    return {name, icon, tone, {}, {}};
}

}  // namespace

EmergencyDialog::EmergencyDialog(const Parts& parts, QWidget* parent) : QDialog(parent), m_parts(parts)
{
    build();
    m_proofTimer.setSingleShot(true);
    m_proofTimer.setInterval(proofPatienceMs);
    connect(&m_proofTimer, &QTimer::timeout, this, &EmergencyDialog::writeProof);
    connect(&m_parts.revocations, &RevocationControl::changed, this, [this](const QString& id) {
        if (!m_id.isEmpty() && id == m_id) {
            m_proofTimer.start();
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
    connect(m_progress->saver(), &ProofSaver::saved, this, [this](const QString& file) {
        addStep(Tone::Good, tr("Proof"), tr("written to %1").arg(file));
        setPhase(Phase::Done);
    });
    connect(m_progress->saver(), &ProofSaver::failed, this, [this](const Error& error) {
        m_isProved = false;
        addStep(Tone::Bad, tr("Proof"), error.sentence);
        setPhase(Phase::Done);
    });
    setScope(m_parts.freeze.isAvailable() ? Scope::FreezeOnly : Scope::Everything);
}

void EmergencyDialog::build()
{
    setWindowTitle(tr("Emergency stop"));
    setSizeGripEnabled(true);
    setMinimumSize(640, 480);
    m_body = new QStackedWidget(this);
    m_body->addWidget(buildQuestion());
    m_body->addWidget(buildCourse());
    m_stop = new QPushButton(this);
    m_stop->setProperty("role", QStringLiteral("danger"));
    m_close = new QPushButton(tr("Cancel"), this);
    for (QPushButton* button : {m_stop, m_close}) {
        button->setAutoDefault(false);
        button->setDefault(false);
    }
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_stop);
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(m_body, 1);
    layout->addLayout(buttons);
    resize(760, 520);
}

QWidget* EmergencyDialog::buildQuestion()
{
    auto* question = new QWidget(this);
    auto* sentence = mutedLabel(tr("Something is wrong and signing has to stop. What is frozen can be lifted "
                                   "again; a delegation that "
                                   "is revoked can only be given anew by its owner."),
                                question);
    sentence->setWordWrap(true);
    m_obstacle = plainLabel({}, question);
    m_obstacle->setProperty("role", QStringLiteral("warning"));
    m_obstacle->setWordWrap(true);
    m_obstacle->setVisible(!m_parts.freeze.isAvailable());
    m_obstacle->setText(m_parts.freeze.obstacle());
    auto* group = new QButtonGroup(question);
    for (QRadioButton*& choice : m_choices) {
        choice = new QRadioButton(question);
        group->addButton(choice);
        connect(choice, &QRadioButton::clicked, this, &EmergencyDialog::plan);
    }
    m_choices[0]->setText(tr("Freeze signing here, and revoke nothing"));
    m_choices[0]->setEnabled(m_parts.freeze.isAvailable());
    m_choices[2]->setText(m_parts.freeze.isAvailable()
                              ? tr("Freeze signing here, and revoke everything that is not over")
                              : tr("Revoke everything that is not over"));
    m_reason = new QLineEdit(question);
    m_reason->setMaxLength(mostEmergencyReason);
    m_reason->setPlaceholderText(tr("Goes into the record and into the proof"));
    m_reason->setAccessibleName(tr("Reason"));
    const QString stamp =
        QDateTime::fromMSecsSinceEpoch(m_parts.clock.now()).toUTC().toString(QStringLiteral("yyyyMMdd-HHmm"));
    m_file =
        new QLineEdit(QDir::home().filePath(QStringLiteral("emergency-stop-%1.json").arg(stamp)), question);
    m_file->setAccessibleName(tr("File for the proof"));
    auto* browse = new QPushButton(tr("Choose …"), question);
    browse->setAutoDefault(false);
    connect(browse, &QPushButton::clicked, this, &EmergencyDialog::chooseFile);
    m_panel = new ReauthenticationPanel(m_parts.reauthentication, m_parts.clock, question);

    auto* file = new QHBoxLayout;
    file->setSpacing(8);
    file->addWidget(m_file, 1);
    file->addWidget(browse);
    auto* layout = new QVBoxLayout(question);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(8);
    layout->addWidget(plainLabel(tr("Emergency stop"), question, Theme::font(1.25, QFont::DemiBold)));
    layout->addWidget(sentence);
    layout->addWidget(m_obstacle);
    for (QRadioButton* choice : m_choices) {
        layout->addWidget(choice);
    }
    layout->addSpacing(4);
    layout->addWidget(sectionLabel(tr("Reason"), question));
    layout->addWidget(m_reason);
    layout->addWidget(sectionLabel(tr("The proof of what is revoked goes to"), question));
    layout->addLayout(file);
    layout->addSpacing(4);
    layout->addWidget(m_panel);
    layout->addStretch(1);
    setChosen({});
    return question;
}

QWidget* EmergencyDialog::buildCourse()
{
    auto* course = new QWidget(this);
    m_steps = new StateRows(course);
    m_progress = new RevocationProgress(m_parts.revocations, m_parts.clock, course);
    m_progress->hide();
    auto* layout = new QVBoxLayout(course);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(12);
    layout->addWidget(plainLabel(tr("Emergency stop"), course, Theme::font(1.25, QFont::DemiBold)));
    layout->addWidget(m_steps);
    layout->addWidget(m_progress, 1);
    layout->addStretch(0);
    return course;
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
    plan();
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
void EmergencyDialog::plan()
{
    m_preview.reset();
    ++m_generation;
    updateButtons();
    if (!m_parts.revocations.isReady() && m_phase == Phase::Planning) {
        addStep(Tone::Bad, tr("Revoke"), tr("the profile was locked; unlock it and revoke"));
        return setPhase(Phase::Done);
    }
    if (scope() == Scope::FreezeOnly || !m_parts.revocations.isReady()) {
        return;
    }
    const WalletSelection selection =
        scope() == Scope::Chosen ? WalletSelection(m_rows) : WalletSelection(EveryWallet());
    m_parts.revocations.plan(this, selection, {},
                             [this, generation = m_generation](const Result<RevocationPreviewPtr>& preview) {
                                 if (generation != m_generation) {
                                     return;
                                 }
                                 if (preview) {
                                     m_preview = *preview;
                                 } else if (m_phase == Phase::Planning) {
                                     addStep(Tone::Bad, tr("Revoke"), preview.error().sentence);
                                     return setPhase(Phase::Done);
                                 }
                                 updateButtons();
                                 if (m_preview && m_phase == Phase::Planning) {
                                     revoke();
                                 }
                             });
}

void EmergencyDialog::stop()
{
    if (m_phase != Phase::Asking || !m_stop->isEnabled()) {
        return;
    }
    m_panel->obtain([this](const Reauthentication::Grant& grant) {
        if (m_phase == Phase::Asking) {
            freeze(grant);
        }
    });
}

void EmergencyDialog::freeze(const Reauthentication::Grant& grant)
{
    m_grant = grant;
    setPhase(Phase::Freezing);
    const auto goOn = [this] {
        if (scope() == Scope::FreezeOnly) {
            return setPhase(Phase::Done);
        }
        setPhase(Phase::Planning);
        m_preview ? revoke() : plan();
    };
    if (!m_parts.freeze.isAvailable()) {
        addStep(Tone::Warning, tr("Freeze"), m_parts.freeze.obstacle());
        return goOn();
    }
    m_parts.freeze.freeze(
        this, m_reason->text().trimmed().toStdString(), grant, [this, goOn](const Status& frozen) {
            // Also where it failed: what can be stopped is stopped.
            frozen ? addStep(Tone::Good, tr("Freeze"), tr("nothing is signed here any more"))
                   : addStep(Tone::Bad, tr("Freeze"), frozen.error().sentence);
            goOn();
        });
}

void EmergencyDialog::revoke()
{
    if (m_preview->plan.toEnd.empty() && m_preview->pendingItems.empty()) {
        addStep(Tone::Good, tr("Revoke"), tr("nothing is left to revoke"));
        return setPhase(Phase::Done);
    }
    m_parts.revocations.begin(this, m_preview, {.reason = m_reason->text().trimmed().toStdString()}, *m_grant,
                              [this](const Result<RevocationBegun>& begun) { handleBegun(begun); });
}

void EmergencyDialog::handleBegun(const Result<RevocationBegun>& begun)
{
    if (!begun) {
        addStep(Tone::Bad, tr("Revoke"), begun.error().sentence);
        return setPhase(Phase::Done);
    }
    m_id = begun->id.isEmpty() ? begun->goesOn.value(0) : begun->id;
    addStep(Tone::Info, tr("Revoke"), tr("begun; it goes on whether or not this window is open"));
    m_progress->show();
    m_progress->watch(m_id);
    setPhase(Phase::Revoking);
    m_proofTimer.start();
}

/// Ended: the proof is written at once, also in place of one that was written while something waited.
void EmergencyDialog::followProgress()
{
    const RevocationControl::RevocationPtr& revocation = m_progress->revocation();
    if (revocation && revocation->endedAt != 0 && revocation->isOver() && !m_isProved) {
        m_isProved = true;
        m_proofTimer.stop();
        writeProof();
    }
}

void EmergencyDialog::writeProof()
{
    m_progress->saver()->save(m_id, m_file->text());
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
    m_file->setEnabled(needsFile);
    m_stop->setVisible(isAsking);
    m_stop->setText(m_panel->isChecking() ? tr("Checking …") : actionText());
    m_stop->setEnabled(isAsking && m_parts.revocations.isReady() && m_panel->isGiven() &&
                       !m_reason->text().trimmed().isEmpty() &&
                       (!needsFile || !m_file->text().trimmed().isEmpty()));
    m_close->setText(isAsking ? tr("Cancel") : tr("Close"));
}

}  // namespace countersign
