#pragma once

#include "core/crypto/primitives/Ed25519.h"
#include "ui/widgets/identity/AddressView.h"
#include "ui/widgets/identity/CopyButton.h"
#include "ui/widgets/identity/QrCode.h"

#include <QLabel>
#include <QToolButton>

namespace countersign {

/// A widget that shows an operator's public key in every form in which two people compare it: eight words for
/// the voice, groups of four digits for the eye, a QR code for a camera.
class KeyView : public QWidget
{
    Q_OBJECT

public:
    /// isCodeShown: from the start; else it is one button away.
    KeyView(bool isCodeShown, QWidget* parent);

    void show(const ed25519::PublicKey& key);
    QString words() const { return m_words->text(); }
    QString digits() const { return m_digits->address(); }
    QrCode* code() const { return m_code; }
    QToolButton* codeButton() const { return m_showCode; }

private:
    QLabel* m_words = nullptr;
    AddressView* m_digits = nullptr;
    CopyButton* m_copy = nullptr;
    CopyButton* m_copyWords = nullptr;
    QToolButton* m_showCode = nullptr;
    QrCode* m_code = nullptr;
};

}  // namespace countersign
