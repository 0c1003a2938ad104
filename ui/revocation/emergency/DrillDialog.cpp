#include "ui/revocation/emergency/DrillDialog.h"

#include "ui/text/RevocationText.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QButtonGroup>
#include <QVBoxLayout>

#include <algorithm>

namespace countersign {

namespace {

QString seconds(std::chrono::milliseconds took)
{
    return DrillDialog::tr("%1 s").arg(
        QLocale().toString(static_cast<double>(took.count()) / 1000.0, 'f', 2));
}

QString stageText(DrillStage stage)
{
    switch (stage) {
        case DrillStage::Copying:
            return DrillDialog::tr("Copying the profile …");
        case DrillStage::Freezing:
            return DrillDialog::tr("Freezing signing in the copy …");
        case DrillStage::Revoking:
            return DrillDialog::tr("Ending delegations in the copy …");
        case DrillStage::Proving:
            return DrillDialog::tr("Making the proof …");
    }
    return {};
}

QString partText(EmergencyReport::Part part)
{
    switch (part) {
        case EmergencyReport::Part::Freeze:
            return DrillDialog::tr("Freeze");
        case EmergencyReport::Part::Revoke:
            return DrillDialog::tr("Revoke");
        case EmergencyReport::Part::Proof:
            break;
    }
    return DrillDialog::tr("Proof");
}

}  // namespace

DrillDialog::DrillDialog(DrillControl& control, const Clock& clock, QWidget* parent)
    : QDialog(parent), m_control(control), m_clock(clock)
{
    build();
    connect(m_run, &QPushButton::clicked, this, &DrillDialog::runDrill);
    connect(m_close, &QPushButton::clicked, this, &QDialog::close);
    connect(&m_control, &DrillControl::reached, this, &DrillDialog::showStage);
    connect(&m_control, &DrillControl::readyChanged, this, &DrillDialog::updateButtons);
    updateButtons();
}

void DrillDialog::build()
{
    setWindowTitle(tr("Emergency drill"));
    setSizeGripEnabled(true);
    setMinimumSize(560, 400);
    auto* sentence = plainLabel(
        tr("This is only a drill. It does what the emergency stop does in a copy of the profile, which is "
           "removed afterwards; Dynamic is simulated and answers at once. Nothing of the profile, at Dynamic "
           "or at other desks changes."),
        this);
    sentence->setWordWrap(true);
    m_question = new QWidget(this);
    auto* choices = new QVBoxLayout(m_question);
    choices->setContentsMargins(0, 0, 0, 0);
    addChoices(choices);
    m_steps = new StateRows(this);
    m_stage = mutedLabel({}, this);
    m_outcome = plainLabel({}, this);
    m_outcome->setWordWrap(true);
    m_run = new QPushButton(this);
    m_run->setProperty("role", QStringLiteral("primary"));
    m_close = new QPushButton(this);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(m_run);
    buttons->addStretch(1);
    buttons->addWidget(m_close);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(24, 16, 24, 16);
    layout->setSpacing(12);
    layout->addWidget(plainLabel(tr("Emergency drill"), this, Theme::font(1.25, QFont::DemiBold)));
    layout->addWidget(sentence);
    layout->addWidget(m_question);
    layout->addWidget(m_steps);
    layout->addWidget(m_stage);
    layout->addWidget(m_outcome);
    layout->addStretch(1);
    layout->addLayout(buttons);
    resize(640, 440);
}

void DrillDialog::addChoices(QVBoxLayout* layout)
{
    auto* group = new QButtonGroup(m_question);
    for (QRadioButton*& choice : m_choices) {
        choice = new QRadioButton(m_question);
        group->addButton(choice);
        layout->addWidget(choice);
    }
    choice(Scope::FreezeOnly)->setText(tr("Try freezing alone"));
    choice(Scope::Everything)->setText(tr("Try freezing, and revoking everything that is not over"));
    choice(Scope::Everything)->setChecked(true);
    setChosen({});
}

void DrillDialog::setChosen(std::vector<std::int64_t> rows)
{
    m_rows = std::move(rows);
    QRadioButton* chosen = choice(Scope::Chosen);
    chosen->setText(tr("Try freezing, and revoking what is selected in Wallets (%1)")
                        .arg(walletCount(static_cast<std::int64_t>(m_rows.size()))));
    chosen->setEnabled(!m_rows.empty());
}

DrillDialog::Scope DrillDialog::scope() const
{
    return choice(Scope::FreezeOnly)->isChecked() ? Scope::FreezeOnly
           : choice(Scope::Chosen)->isChecked()   ? Scope::Chosen
                                                  : Scope::Everything;
}

void DrillDialog::runDrill()
{
    if (m_isRunning || !m_control.isReady()) {
        return;
    }
    m_isRunning = true;
    m_steps->clear();
    m_stepWords.clear();
    m_outcome->clear();
    updateButtons();
    const DrillWish wish{.scope = scope(), .selection = m_rows, .reason = tr("A drill").toStdString()};
    m_control.run(this, wish, [this, number = ++m_number](const Result<DrillReport>& report) {
        if (number == m_number) {
            finish(report);
        }
    });
}

void DrillDialog::showStage(DrillStage stage)
{
    if (m_isRunning) {
        m_stage->setText(stageText(stage));
    }
}

void DrillDialog::finish(const Result<DrillReport>& report)
{
    m_isRunning = false;
    m_stage->clear();
    if (report) {
        showReport(*report);
    } else {
        m_outcome->setText(report.error().sentence);
    }
    updateButtons();
}

void DrillDialog::showReport(const DrillReport& report)
{
    addStep(Tone::Good, tr("Copy"), seconds(report.copying));
    const auto ended =
        static_cast<std::int64_t>(std::ranges::count_if(report.stop.items, &RevocationItem::isDone));
    for (const EmergencyReport::Duration& one : report.stop.durations) {
        const bool isRevoking = one.part == EmergencyReport::Part::Revoke;
        addStep(Tone::Good, partText(one.part),
                isRevoking ? tr("%1 (%2 of %3)")
                                 .arg(seconds(one.took), QLocale().toString(ended),
                                      delegationCount(static_cast<std::int64_t>(report.stop.items.size())))
                           : seconds(one.took));
    }
    for (const auto& problem : {report.stop.problem, report.left}) {
        if (problem) {
            addStep(Tone::Bad, tr("Problem"), problem->sentence);
        }
    }
    m_outcome->setText(report.stop.problem
                           ? tr("The drill took %1 and did not go through. A stop would have met the same.")
                                 .arg(seconds(report.whole))
                           : tr("The drill took %1, with a Dynamic that answers at once. The real one needs "
                                "its own time for "
                                "each delegation; signing stops before that.")
                                 .arg(seconds(report.whole)));
}

void DrillDialog::addStep(Tone tone, const QString& name, const QString& words)
{
    const QString icon = tone == Tone::Good ? QStringLiteral("check") : QStringLiteral("error");
    m_steps->add({name, icon, tone, {}, {}}, words, m_clock.now());
    m_stepWords << tr("%1: %2").arg(name, words);
}

void DrillDialog::updateButtons()
{
    m_question->setEnabled(!m_isRunning);
    m_run->setText(m_stepWords.isEmpty() ? tr("Run the drill") : tr("Run it again"));
    m_run->setEnabled(!m_isRunning && m_control.isReady());
    m_run->setToolTip(m_control.isReady() ? QString() : tr("Unlock the profile first."));
    m_close->setText(m_isRunning ? tr("Cancel") : tr("Close"));
}

void DrillDialog::done(int result)
{
    if (m_isRunning) {
        m_control.cancel();
    }
    QDialog::done(result);
}

}  // namespace countersign
