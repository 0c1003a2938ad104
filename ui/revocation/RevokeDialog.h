#pragma once

#include "ui/revocation/RevocationProgress.h"
#include "ui/revocation/RevokeForm.h"
#include "ui/widgets/EmptyState.h"

#include <QDialog>
#include <QStackedWidget>

namespace countersign {

/// The dialog for revoking, from the question to the proof: says exactly what will happen to each wallet,
/// asks for a reason and for re-authentication, begins, and shows what came of it. Closing it stops nothing
/// that was begun.
class RevokeDialog : public QDialog
{
    Q_OBJECT

public:
    RevokeDialog(RevocationControl& control, Reauthentication& reauthentication, const Clock& clock,
                 QWidget* parent = nullptr);

    /// Asks what it would come to.
    void choose(const WalletSelection& selection);

    enum class Phase {
        Planning,  ///< it is being found out what would happen
        Failed,    ///< that cannot be said; planError() is shown
        Asking,
        Beginning,
        UnderWay,  ///< begun; the progress is shown, to the end
    };
    Phase phase() const { return m_phase; }
    bool isSettled() const
    {
        return m_phase != Phase::Planning && m_phase != Phase::Beginning && m_progress->isSettled();
    }

    RevokeForm* form() const { return m_form; }
    RevocationProgress* progress() const { return m_progress; }
    QPushButton* revokeButton() const { return m_revoke; }
    QPushButton* closeButton() const { return m_close; }

Q_SIGNALS:
    void walletChosen(const QString& walletId);
    void revokeWanted(const QString& walletId);

private:
    void build();
    void setPhase(Phase phase);
    void updateButtons();
    void plan();
    void begin();
    void handleBegun(const Result<RevocationBegun>& begun);

    RevocationControl& m_control;
    WalletSelection m_selection;
    std::optional<std::string> m_onlyShareSet;
    Phase m_phase = Phase::Planning;
    std::uint64_t m_generation = 0;
    QStackedWidget* m_body = nullptr;
    EmptyState* m_state = nullptr;
    RevokeForm* m_form = nullptr;
    RevocationProgress* m_progress = nullptr;
    QLabel* m_hint = nullptr;
    QPushButton* m_revoke = nullptr;
    QPushButton* m_close = nullptr;
};

}  // namespace countersign
