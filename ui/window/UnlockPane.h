#pragma once

#include "ui/session/ProfileSession.h"
#include "ui/widgets/PassphraseEdit.h"

#include <QLabel>
#include <QPushButton>

namespace countersign {

/// The pane that unlocks a profile: a locked one asks for its passphrase in the window itself, in place of
/// the pages; nothing modal, and wrong ones are answered where they were typed.
class UnlockPane : public QWidget
{
    Q_OBJECT

public:
    explicit UnlockPane(ProfileSession& session, QWidget* parent = nullptr);

    PassphraseEdit* field() const { return m_field; }
    QPushButton* unlockButton() const { return m_unlock; }
    QString message() const { return m_message->text(); }

Q_SIGNALS:
    /// Look at what is readable without the keys.
    void browseWanted();

protected:
    void showEvent(QShowEvent* event) override;

private:
    void submit();
    void update();
    void repaintIcon();

    ProfileSession& m_session;
    QLabel* m_icon = nullptr;
    PassphraseEdit* m_field = nullptr;
    QPushButton* m_unlock = nullptr;
    QPushButton* m_browse = nullptr;
    QLabel* m_message = nullptr;
};

}  // namespace countersign
