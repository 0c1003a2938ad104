#pragma once

#include "ui/session/control/Reauthentication.h"
#include "ui/widgets/PassphraseEdit.h"

#include <QLabel>
#include <QPushButton>

#include <optional>

namespace countersign {

/// Asks for re-authentication in a dialog: a field for the passphrase, which is checked when obtain() is
/// called; or, where the profile has none, a button that reads its key anew from the keychain. What is wrong
/// is said where it was given, as often as it is.
class ReauthenticationPanel : public QWidget
{
    Q_OBJECT

public:
    ReauthenticationPanel(Reauthentication& reauthentication, const Clock& clock, QWidget* parent = nullptr);

    /// Something is there to be checked, or was confirmed just now.
    bool isGiven() const;
    bool isChecking() const { return m_isChecking; }
    /// granted comes when what was given is right; never when it is wrong.
    void obtain(std::function<void(const Reauthentication::Grant&)> granted);
    /// Says why what was granted did not do, and begins anew.
    void refuse(const QString& sentence);

    PassphraseEdit* field() const { return m_field; }
    QPushButton* confirmButton() const { return m_confirm; }
    QString message() const { return m_message->text(); }

Q_SIGNALS:
    void changed();
    /// Enter in the field.
    void submitted();

private:
    void verify(std::function<void(const Reauthentication::Grant&)> granted);
    void update();
    void forget();

    Reauthentication& m_reauthentication;
    const Clock& m_clock;
    PassphraseEdit* m_field = nullptr;
    QPushButton* m_confirm = nullptr;
    QLabel* m_message = nullptr;
    std::optional<Reauthentication::Grant> m_grant;  ///< of the keychain
    bool m_isChecking = false;
    std::uint64_t m_question = 0;  ///< only the last answer counts
};

}  // namespace countersign
