#pragma once

#include "core/revocation/emergency/EmergencyStop.h"
#include "ui/revocation/ReauthenticationPanel.h"
#include "ui/revocation/RevocationProgress.h"
#include "ui/revocation/RevocationWatch.h"
#include "ui/session/control/FreezeControl.h"
#include "ui/widgets/table/StateRows.h"

#include <QCheckBox>
#include <QDialog>
#include <QLineEdit>
#include <QRadioButton>
#include <QStackedWidget>
#include <QTimer>

namespace countersign {

/// The dialog of the emergency stop: freezes signing here, then ends a chosen set of delegations or all, then
/// writes the proof to a file. In this order, and each also where another one fails, as EmergencyStop does
/// for the command line. What is carried out is what stood there when the button was pressed; which
/// delegations that are is found out behind the freeze. Closed before its end it works on unseen, and comes
/// back with the proof.
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

    using Scope = EmergencyRequest::Scope;
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
    /// It was ordered, and the operator has not seen yet what came of it.
    bool isUnderWay() const { return m_phase != Phase::Asking && m_phase != Phase::Done; }

    QCheckBox* everywhereBox() const { return m_everywhere; }
    QLineEdit* reasonField() const { return m_reason; }
    QLineEdit* fileField() const { return m_file; }
    ReauthenticationPanel* panel() const { return m_panel; }
    QPushButton* stopButton() const { return m_stop; }
    QRadioButton* choice(Scope scope) const { return m_choices[static_cast<std::size_t>(scope)]; }
    RevocationProgress* progress() const { return m_progress; }
    /// How each step went, in words.
    QStringList steps() const { return m_stepWords; }

    /// A run that Dynamic is silent about is proved as it stands after so long; when it ends, once more.
    static constexpr std::chrono::milliseconds proofPatience = EmergencyStop::usualPatience;
    void setProofPatience(std::chrono::milliseconds patience) { m_proofTimer.setInterval(patience); }

    void done(int result) override;

private:
    /// What stood there when the button was pressed.
    struct Order
    {
        Scope scope = Scope::FreezeOnly;
        std::vector<std::int64_t> rows;
        bool isEverywhere = false;  ///< the other desks are told, too
        std::string reason;
        QString file;
    };

    void build();
    QWidget* buildQuestion();
    QWidget* buildInputs(QWidget* question);
    QWidget* buildCourse();
    void chooseFile();
    void countDelegations();
    void stop();
    void freeze(const Order& order, const Reauthentication::Grant& grant);
    void tellEveryDesk();
    void plan();
    void revoke(const RevocationPreviewPtr& preview);
    void handleBegun(const Result<RevocationBegun>& begun, std::size_t delegations);
    bool isOver() const;
    void followProgress();
    void writeProof();
    void handleWritten(Tone tone, const QString& words);
    void addStep(Tone tone, const QString& name, const QString& words);
    void end(Tone tone, const QString& name, const QString& words);
    void conclude();
    bool isAwaited() const;
    void setPhase(Phase phase);
    void updateButtons();
    QString actionText() const;

    Parts m_parts;
    Phase m_phase = Phase::Asking;
    std::vector<std::int64_t> m_rows;
    RevocationPreviewPtr m_preview;  ///< of the scope, for the button; nothing until it is known
    std::uint64_t m_generation = 0;
    Order m_order;
    std::optional<Reauthentication::Grant> m_grant;
    int m_plans = 0;
    bool m_isTelling = false;    ///< the other desks
    bool m_isConcluded = false;  ///< nothing else is to come
    QString m_id;                ///< the revocation that is shown and proved; empty: none
    RevocationWatch* m_earlier;  ///< the others that belong to the stop
    ProofSaver* m_saver;
    bool m_isWriting = false;          ///< a proof whose file is not there yet
    bool m_isProofStale = false;       ///< and one of later is to take its place
    bool m_isProved = false;           ///< the last one is at least being written
    bool m_isUnseen = false;           ///< it was closed before its end, and is hidden
    bool m_isDeletedInTheEnd = false;  ///< Qt::WA_DeleteOnClose, while it is unseen
    QTimer m_proofTimer;
    QStringList m_stepWords;
    QStackedWidget* m_body = nullptr;
    QWidget* m_inputs = nullptr;
    std::array<QRadioButton*, 3> m_choices = {};
    QCheckBox* m_everywhere = nullptr;
    QLabel* m_obstacle = nullptr;
    QLineEdit* m_reason = nullptr;
    QLineEdit* m_file = nullptr;
    ReauthenticationPanel* m_panel = nullptr;
    StateRows* m_steps = nullptr;
    RevocationProgress* m_progress = nullptr;
    QLabel* m_hint = nullptr;
    QPushButton* m_stop = nullptr;
    QPushButton* m_close = nullptr;
};

}  // namespace countersign
