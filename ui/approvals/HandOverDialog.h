#pragma once

#include "core/policy/approvals/ApprovalStatement.h"
#include "ui/widgets/identity/QrCode.h"

#include <QDialog>
#include <QLabel>
#include <QPushButton>

namespace countersign {

/// The dialog that hands a statement to a desk that does not hear of it through the relay: as a file, or as a
/// QR code. It is signed, so whoever carries it can change nothing.
class HandOverDialog : public QDialog
{
    Q_OBJECT

public:
    explicit HandOverDialog(SignedApproval approval, QWidget* parent = nullptr);

    QrCode* code() const { return m_code; }
    QPushButton* saveButton() const { return m_save; }
    /// Beside the window's thread: the file may lie on a network that does not answer.
    void saveTo(const QString& file);
    QString outcome() const { return m_outcome->text(); }

private:
    void choose();

    SignedApproval m_approval;
    QrCode* m_code = nullptr;
    QLabel* m_outcome = nullptr;
    QPushButton* m_save = nullptr;
};

}  // namespace countersign
