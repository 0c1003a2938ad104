#pragma once

#include "ui/operators/OperatorDetail.h"
#include "ui/operators/OperatorModel.h"
#include "ui/operators/OwnOperatorCard.h"
#include "ui/pages/frame/ListPage.h"
#include "ui/session/control/OperatorControl.h"
#include "ui/session/control/Reauthentication.h"

namespace countersign {

class AddOperatorDialog;
class NewIdentityDialog;
class RemoveOperatorDialog;

/// The operators' page: who this desk is, and whose approvals it counts. They are read with the profile's
/// keys, so that nobody who can only write its file can add one; a register that was changed outside the
/// programs can be looked at and is not written to.
class OperatorsPage : public ListPage
{
    Q_OBJECT

public:
    static constexpr QLatin1StringView pageName{"operators"};

    OperatorsPage(OperatorControl& control, Reauthentication& reauthentication, const Clock& clock,
                  WindowState& state, QWidget* parent = nullptr);

    OperatorModel* model() const { return m_model; }
    OwnOperatorCard* ownCard() const { return m_own; }
    OperatorDetail* detail() const { return m_detail; }
    QPushButton* addButton() const { return m_add; }
    /// Why no registration counts; empty where all do.
    QString doubt() const { return m_known.doubt; }
    /// The profile is unlocked, and the register is not doubted.
    bool canWrite() const { return m_control.isReady() && m_isRead && m_known.doubt.isEmpty(); }

    void start() override;
    void refresh() override;
    bool isSettled() const override { return !m_isReading && !m_isWantedAgain; }
    void repaintTimes() override { m_model->repaintRows(); }

    // Nothing happens, and nullptr comes, where it cannot be done now.

    NewIdentityDialog* makeIdentity();
    AddOperatorDialog* add();
    RemoveOperatorDialog* removeSelected();

protected:
    void applyFilter(const QString& text) override;
    void onStateAction() override;

private:
    void build();
    void buildDoubt();
    void take(Result<KnownOperators> known);
    void keepSelection();
    void updateState();

    OperatorControl& m_control;
    Reauthentication& m_reauthentication;
    const Clock& m_clock;
    OperatorModel* m_model = nullptr;
    OperatorDetail* m_detail = nullptr;
    OwnOperatorCard* m_own = nullptr;
    QFrame* m_doubtPanel = nullptr;
    QLabel* m_doubtWords = nullptr;
    QPushButton* m_add = nullptr;
    QPushButton* m_remove = nullptr;
    KnownOperators m_known;
    std::optional<Error> m_error;
    std::string m_selected;
    bool m_isStarted = false;
    bool m_isReading = false;
    bool m_isWantedAgain = false;
    bool m_isRead = false;
};

}  // namespace countersign
