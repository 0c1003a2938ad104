#pragma once

#include "core/signing/store/JobCatalog.h"
#include "ui/pages/DetailPane.h"
#include "ui/review/CeremonySteps.h"
#include "ui/session/JobControl.h"
#include "ui/widgets/AddressView.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/FactGrid.h"
#include "ui/widgets/StateRows.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// One job: what became of it, what can be done with it now, its result and its time line. Nothing is decided
/// here: deciding means reading, which the review dialog is for.
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
        std::vector<JobHistoryEntry> steps;
    };
    void build();
    QWidget* buildActions();
    static Result<Known> known(Database& database, std::int64_t id);
    void take(Known known);
    void showState();
    void showFacts();
    void showSteps(const std::vector<JobHistoryEntry>& steps);

    JobControl& m_control;
    const Clock& m_clock;
    std::optional<Job> m_job;
    QLabel* m_title;
    QLabel* m_identicon;
    AddressView* m_address;
    ChipLabel* m_state;
    ChipLabel* m_left;
    QFrame* m_advice;
    QLabel* m_meaning;
    QLabel* m_remedy;
    QPushButton* m_review;
    QPushButton* m_again;
    QPushButton* m_sendAgain;
    QPushButton* m_reject;
    QPushButton* m_toWallet;
    CeremonySteps* m_progress;
    QWidget* m_resultPart;
    FactGrid* m_result;
    FactGrid* m_facts;
    StateRows* m_steps;
};

/// Adds signature, hash and signed transaction as design.md §7 prints them; false when there is none of them.
bool addResult(FactGrid& grid, const Job& job);

}  // namespace countersign
