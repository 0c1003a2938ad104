#pragma once

#include "core/signing/store/JobCatalog.h"
#include "ui/pages/detail/DetailPane.h"
#include "ui/review/CeremonySteps.h"
#include "ui/session/control/JobControl.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"
#include "ui/widgets/identity/AddressView.h"
#include "ui/widgets/table/StateRows.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// The detail pane of a job: what became of it, what can be done with it now, its result and its time line.
/// Nothing is decided here: deciding means reading, which the review dialog is for.
class JobDetail : public DetailPane
{
    Q_OBJECT

public:
    JobDetail(ProfileReader& reader, JobControl& control, const Clock& clock, QWidget* parent = nullptr);

    /// Time has moved on.
    void tick();
    const std::optional<Job>& job() const { return m_job; }
    QPushButton* reviewButton() const { return m_review; }
    QPushButton* againButton() const { return m_again; }
    QPushButton* rejectButton() const { return m_reject; }
    QPushButton* sendAgainButton() const { return m_sendAgain; }

Q_SIGNALS:
    void reviewWanted(const QString& jobId);
    void rejectWanted(const QString& jobId);
    void walletChosen(const QString& walletId);

protected:
    void read() override;
    void forget() override { m_job.reset(); }

private:
    struct Known
    {
        Job job;
        JobGist gist;
        std::vector<JobHistoryEntry> steps;
    };
    void build();
    QWidget* buildActions();
    static Result<Known> known(Database& database, std::int64_t id, JobExplainer& explainer);
    void take(Known known);
    void showState();
    void showFacts();
    void showSteps(const std::vector<JobHistoryEntry>& steps);

    JobControl& m_control;
    const Clock& m_clock;
    std::shared_ptr<JobExplainer> m_explainer;
    std::optional<Job> m_job;
    QLabel* m_title = nullptr;
    QLabel* m_identicon = nullptr;
    AddressView* m_address = nullptr;
    ChipLabel* m_state = nullptr;
    ChipLabel* m_left = nullptr;
    QFrame* m_advice = nullptr;
    QLabel* m_meaning = nullptr;
    QLabel* m_remedy = nullptr;
    QPushButton* m_review = nullptr;
    QPushButton* m_again = nullptr;
    QPushButton* m_sendAgain = nullptr;
    QPushButton* m_reject = nullptr;
    QPushButton* m_toWallet = nullptr;
    CeremonySteps* m_progress = nullptr;
    QWidget* m_resultPart = nullptr;
    FactGrid* m_result = nullptr;
    FactGrid* m_facts = nullptr;
    StateRows* m_steps = nullptr;
};

/// Adds signature, hash and signed transaction as design.md §7 prints them; false when there is none of them.
bool addResult(FactGrid& grid, const Job& job);

}  // namespace countersign
