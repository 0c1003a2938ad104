#pragma once

#include "core/signing/JobCatalog.h"
#include "ui/review/CeremonySteps.h"
#include "ui/session/JobControl.h"
#include "ui/session/ProfileReader.h"
#include "ui/widgets/AddressView.h"
#include "ui/widgets/Chip.h"
#include "ui/widgets/CopyButton.h"
#include "ui/widgets/FactGrid.h"

#include <QFrame>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// One job: what became of it, what can be done with it now, its result and its time line. Nothing is decided
/// here: deciding means reading, which the review dialog is for.
class JobDetail : public QWidget
{
    Q_OBJECT

public:
    JobDetail(ProfileReader& reader, JobControl& control, const Clock& clock, QWidget* parent = nullptr);

    /// 0: nothing is selected.
    void setJob(std::int64_t id);
    void refresh();
    /// Time has moved on.
    void tick();
    bool isSettled() const { return !m_loading; }
    const std::optional<Job>& job() const { return m_job; }
    QPushButton* reviewButton() const { return m_review; }
    QPushButton* againButton() const { return m_again; }
    QPushButton* rejectButton() const { return m_reject; }
    QPushButton* sendAgainButton() const { return m_sendAgain; }

Q_SIGNALS:
    void reviewWanted(const QString& jobId);
    void rejectWanted(const QString& jobId);
    void walletChosen(const QString& walletId);

private:
    struct Known
    {
        Job job;
        std::vector<JobStep> steps;
    };
    void build();
    QWidget* buildActions();
    void take(Result<Known> known);
    void showState();
    void showFacts();
    void showResult();
    void showSteps(const std::vector<JobStep>& steps);

    ProfileReader& m_reader;
    JobControl& m_control;
    const Clock& m_clock;
    std::int64_t m_id = 0;
    std::uint64_t m_generation = 0;
    bool m_loading = false;
    std::optional<Job> m_job;
    QLabel* m_placeholder;
    QWidget* m_content;
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
    QWidget* m_steps;
    QVBoxLayout* m_stepRows;
};

/// Signature, signed transaction and hash as design.md §7 prints them; only what is there.
struct JobResultText
{
    QString signature;
    QString signedTransaction;
    QString hash;
    bool isEmpty() const { return signature.isEmpty() && signedTransaction.isEmpty() && hash.isEmpty(); }
};
JobResultText resultText(const Job& job);

}  // namespace countersign
