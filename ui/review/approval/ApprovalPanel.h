#pragma once

#include "ui/review/approval/ReviewStanding.h"
#include "ui/revocation/ReauthenticationPanel.h"
#include "ui/session/control/ApprovalControl.h"
#include "ui/widgets/Chip.h"

#include <QFrame>
#include <QLineEdit>

namespace countersign {

/// The review's footer about approvals: how many there are and of whom, what this desk's operator said and
/// how it is taken back, and what the policy asks of whoever approves: a typed word, to show once more who
/// they are. A sentence stands in place of what cannot be done.
class ApprovalPanel : public QFrame
{
    Q_OBJECT

public:
    ApprovalPanel(Reauthentication& reauthentication, const Clock& clock, QWidget* parent = nullptr);

    /// nullptr: not known, and why.
    void show(const JobStanding* standing, const QString& problem);
    void update(const StandingControls& controls);
    /// What became of what was said; empty: nothing was.
    void setOutcome(const QString& words, bool isHandedOver);

    /// A new job, or another decision: nothing was typed about it.
    void forgetFriction();
    bool isWordMissing() const;
    bool isReauthenticationMissing() const;
    /// granted comes at once where nothing is asked for, and never where what was given is wrong.
    void obtain(std::function<void()> granted);
    QString comment() const { return m_comment->text().trimmed(); }

    /// What is to be typed where the policy asks for a word: the first eight hex digits of what is signed.
    QString word() const;
    QString typedWord() const { return m_word->text().trimmed().toLower(); }
    /// Within what obtain() grants, where the policy asks who sits here.
    bool isReauthenticated() const { return m_isGranted; }

    QString sentence() const { return m_sentence->text(); }
    QString outcome() const { return m_outcome->isVisibleTo(this) ? m_outcome->text() : QString(); }
    QString state() const { return m_state->accessibleName(); }
    QLineEdit* wordField() const { return m_word; }
    QLineEdit* commentField() const { return m_comment; }
    ReauthenticationPanel* reauthentication() const { return m_again; }
    QPushButton* takeBackButton() const { return m_takeBack; }
    QPushButton* handOverButton() const { return m_handOver; }

Q_SIGNALS:
    void changed();
    void takeBackWanted();
    void handOverWanted();
    /// Who said what.
    void detailsWanted();

private:
    void build(Reauthentication& reauthentication, const Clock& clock);
    QString sentenceFor(StandingControls::Sentence kind) const;

    std::optional<JobStanding> m_standing;
    QString m_problem;
    bool m_isGranted = false;  ///< what was given is right, and is being used
    ChipLabel* m_state = nullptr;
    QLabel* m_sentence = nullptr;
    QPushButton* m_details = nullptr;
    QPushButton* m_takeBack = nullptr;
    QLineEdit* m_comment = nullptr;
    QWidget* m_friction = nullptr;
    QWidget* m_wordPart = nullptr;
    QLabel* m_wordPrompt = nullptr;
    QLineEdit* m_word = nullptr;
    ReauthenticationPanel* m_again = nullptr;
    QLabel* m_outcome = nullptr;
    QPushButton* m_handOver = nullptr;
};

}  // namespace countersign
