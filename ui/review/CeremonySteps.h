#pragma once

#include "core/signing/broadcast/BroadcastProgress.h"
#include "core/signing/job/Job.h"

#include <QBoxLayout>
#include <QWidget>

#include <optional>

namespace countersign {

/// One thing that has to happen before a job is through.
struct CeremonyStep
{
    enum class State { Open, Active, Done, Failed };
    QString words;
    State state = State::Open;

    bool operator==(const CeremonyStep&) const = default;
};

/// The way of a job as far as it is known: approved, claimed (jobs of the relay), room open, attested or
/// share checked, signing, verified, and for jobs to be sent: sent, confirmed. stage: of the ceremony that
/// runs now; progress: of the broadcast that is followed now, told in place of "Confirmed" while that is
/// waited for.
QList<CeremonyStep> ceremonySteps(const Job& job, std::optional<CeremonyStage> stage,
                                  const std::optional<BroadcastProgress>& progress = {});

/// Those steps as rows, each with an icon and a word; never moving without something having happened.
class CeremonySteps : public QWidget
{
    Q_OBJECT

public:
    explicit CeremonySteps(QWidget* parent = nullptr);
    void show(const QList<CeremonyStep>& steps);
    const QList<CeremonyStep>& steps() const { return m_steps; }

private:
    void rebuild();

    QVBoxLayout* m_layout;
    QList<CeremonyStep> m_steps;
};

}  // namespace countersign
