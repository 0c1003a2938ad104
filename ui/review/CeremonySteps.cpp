#include "ui/review/CeremonySteps.h"

#include "ui/text/JobText.h"
#include "ui/theme/Icons.h"
#include "ui/theme/Theme.h"
#include "ui/widgets/Labels.h"

#include <QCoreApplication>
#include <QHBoxLayout>

namespace countersign {

namespace {

using StepState = CeremonyStep::State;

/// How many of the steps are behind a job, before the ones that a ceremony's stage tells of.
enum Reached { Nothing, Approved, Claimed, RoomOpen, Attested, Exchanged, Verified, Sent, Confirmed };

Reached reachedBy(const Job& job, std::optional<CeremonyStage> stage)
{
    switch (job.state) {
        case JobState::Confirmed:
            return Confirmed;
        case JobState::Broadcast:
            return Sent;
        case JobState::Signed:
            return Verified;
        case JobState::Approved:
            return Approved;
        case JobState::Signing:
            if (job.roomId.empty()) {
                return Claimed;
            }
            return !stage || *stage == CeremonyStage::Starting ? RoomOpen
                   : *stage == CeremonyStage::Attested         ? Attested
                                                               : Exchanged;
        default:
            break;
    }
    // Ended before its end: what is stored tells how far it came.
    if (!job.hash.empty() && job.broadcast && !job.signature.empty()) {
        return Verified;
    }
    if (!job.signature.empty()) {
        return Verified;
    }
    return job.attempts == 0 ? Nothing : job.roomId.empty() ? Claimed : RoomOpen;
}

QString stepWords(Reached step, const Job& job)
{
    const bool sdk = job.engine.value_or(defaultEngine()) == EngineKind::Sdk;
    switch (step) {
        case Approved:
            return CeremonySteps::tr("Approved and recorded");
        case Claimed:
            return CeremonySteps::tr("Claimed at the relay");
        case RoomOpen:
            return CeremonySteps::tr("Room open at Dynamic");
        case Attested:
            return sdk ? CeremonySteps::tr("Share checked against the wallet")
                       : CeremonySteps::tr("Enclave attested");
        case Exchanged:
            return CeremonySteps::tr("Signing");
        case Verified:
            return CeremonySteps::tr("Signature verified");
        case Sent:
            return CeremonySteps::tr("Sent to the network");
        default:
            return CeremonySteps::tr("Confirmed");
    }
}

QString iconOf(StepState state)
{
    switch (state) {
        case StepState::Done:
            return QStringLiteral("check");
        case StepState::Active:
            return QStringLiteral("ping");
        case StepState::Failed:
            return QStringLiteral("error");
        default:
            return QStringLiteral("step");
    }
}

}  // namespace

QList<CeremonyStep> ceremonySteps(const Job& job, std::optional<CeremonyStage> stage,
                                  const std::optional<BroadcastProgress>& progress)
{
    QList<Reached> wanted = {Approved};
    if (job.origin == JobOrigin::Relay) {
        wanted << Claimed;
    }
    wanted << RoomOpen << Attested << Exchanged << Verified;
    if (job.broadcast) {
        wanted << Sent << Confirmed;
    }
    const Reached reached = reachedBy(job, stage);
    const bool running = isRunning(job.state, job.broadcast);
    const bool failed = job.state == JobState::Failed || job.state == JobState::Interrupted;
    bool first = true;
    QList<CeremonyStep> steps;
    for (const Reached step : wanted) {
        // "Signing" is under way while the share is with the signer; it is done with the signature.
        const bool done = step == Exchanged ? reached > Exchanged : step <= reached;
        StepState state = StepState::Done;
        if (!done) {
            state = first && running  ? StepState::Active
                    : first && failed ? StepState::Failed
                                      : StepState::Open;
            first = false;
        }
        const bool counts = step == Confirmed && state == StepState::Active && progress;
        steps << CeremonyStep{counts ? progressText(*progress) : stepWords(step, job), state};
    }
    return steps;
}

CeremonySteps::CeremonySteps(QWidget* parent) : QWidget(parent), m_layout(new QVBoxLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setSpacing(4);
    connect(&Theme::instance(), &Theme::changed, this, &CeremonySteps::rebuild);
}

void CeremonySteps::show(const QList<CeremonyStep>& steps)
{
    if (steps != m_steps) {
        m_steps = steps;
        rebuild();
    }
}

void CeremonySteps::rebuild()
{
    while (QLayoutItem* item = m_layout->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const ThemeColors& colors = Theme::instance().colors();
    for (const CeremonyStep& step : m_steps) {
        const QColor ink = step.state == StepState::Done     ? colors.good.text
                           : step.state == StepState::Active ? colors.accent
                           : step.state == StepState::Failed ? colors.bad.text
                                                             : colors.muted;
        auto* row = new QWidget(this);
        auto* picture = new QLabel(row);
        picture->setPixmap(iconPixmap(iconOf(step.state), ink, 16, devicePixelRatioF()));
        QLabel* words =
            step.state == StepState::Open ? mutedLabel(step.words, row) : plainLabel(step.words, row);
        if (step.state == StepState::Active) {
            words->setText(tr("%1 …").arg(step.words));
            words->setFont(Theme::font(1.0, QFont::DemiBold));
        }
        auto* layout = new QHBoxLayout(row);
        layout->setContentsMargins(0, 0, 0, 0);
        layout->setSpacing(8);
        layout->addWidget(picture);
        layout->addWidget(words, 1);
        m_layout->addWidget(row);
    }
}

}  // namespace countersign
