#pragma once

#include "ui/revocation/ReauthenticationPanel.h"
#include "ui/revocation/RevocationProgress.h"
#include "ui/session/FreezeControl.h"
#include "ui/widgets/StateRows.h"

#include <QDialog>
#include <QLineEdit>
#include <QRadioButton>
#include <QStackedWidget>
#include <QTimer>

namespace countersign {

/// The emergency stop: freezes signing here, then ends a chosen set of delegations or all, then writes the
/// proof to a file. In this order: signing stops at once, whether or not Dynamic can be reached. Closing the
/// dialog stops nothing of it but the writing of the proof.
class EmergencyDialog : public QDialog
{
    Q_OBJECT

public:
    struct Parts
    {
        FreezeControl& freeze;
        RevocationControl& revocations;
        Reauthentication& reauthentication;
        const Clock& clock;
    };
    EmergencyDialog(const Parts& parts, QWidget* parent = nullptr);

    enum class Scope { FreezeOnly, Chosen, Everything };
    /// Rows of the wallets table that can be chosen; may be empty.
    void setChosen(std::vector<std::int64_t> rows);
    void setScope(Scope scope);
    Scope scope() const;

    enum class Phase {
        Asking,
        Freezing,
        Planning,  ///< frozen, where it can be; what is to end is found out
        Revoking,  ///< begun; its progress is shown
        Done,      ///< everything was tried, and the proof is written where there is one
    };
    Phase phase() const { return m_phase; }

    QLineEdit* reasonField() const { return m_reason; }
    QLineEdit* fileField() const { return m_file; }
    ReauthenticationPanel* panel() const { return m_panel; }
    QPushButton* stopButton() const { return m_stop; }
    QRadioButton* choice(Scope scope) const { return m_choices[static_cast<std::size_t>(scope)]; }
    RevocationProgress* progress() const { return m_progress; }
    /// How each step went, in words.
    QStringList steps() const { return m_stepWords; }

    /// A run that Dynamic is silent about is proved as it stands after so long; when it ends, once more.
    static constexpr int proofPatienceMs = 13'000;

private:
    void build();
    QWidget* buildQuestion();
    QWidget* buildCourse();
    void chooseFile();
    void plan();
    void stop();
    void freeze(const Reauthentication::Grant& grant);
    void revoke();
    void handleBegun(const Result<RevocationBegun>& begun);
    void followProgress();
    void writeProof();
    void addStep(Tone tone, const QString& name, const QString& words);
    void setPhase(Phase phase);
    void updateButtons();
    QString actionText() const;

    Parts m_parts;
    Phase m_phase = Phase::Asking;
    std::vector<std::int64_t> m_rows;
    RevocationPreviewPtr m_preview;  ///< of the scope; nothing until it was planned
    std::optional<Reauthentication::Grant> m_grant;
    std::uint64_t m_generation = 0;
    QString m_id;
    bool m_isProved = false;
    QTimer m_proofTimer;
    QStringList m_stepWords;
    QStackedWidget* m_body = nullptr;
    std::array<QRadioButton*, 3> m_choices = {};
    QLabel* m_obstacle = nullptr;
    QLineEdit* m_reason = nullptr;
    QLineEdit* m_file = nullptr;
    ReauthenticationPanel* m_panel = nullptr;
    StateRows* m_steps = nullptr;
    RevocationProgress* m_progress = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_close = nullptr;
};

}  // namespace countersign
