#pragma once

#include "core/addressbook/AddressEntry.h"

#include <QMessageBox>
#include <QPushButton>

#include <span>

namespace countersign {

/// A message box with the question before entries are taken out of the address book: it names them, and says
/// what that changes for policies.
class RemoveAddressesDialog : public QMessageBox
{
    Q_OBJECT

public:
    /// At least one.
    RemoveAddressesDialog(std::span<const AddressEntry> entries, QWidget* parent);

    QPushButton* removeButton() const { return m_remove; }

Q_SIGNALS:
    void confirmed();

private:
    QPushButton* m_remove = nullptr;
};

}  // namespace countersign
