#pragma once

#include "core/addressbook/AddressEntry.h"

#include <QComboBox>
#include <QLineEdit>
#include <QWidget>

namespace countersign {

/// The fields of one entry of the address book: chain, address, name, tags and lists.
class AddressForm : public QWidget
{
    Q_OBJECT

public:
    explicit AddressForm(QWidget* parent = nullptr);

    void setEntry(const AddressEntry& entry);
    /// Chain and address name the entry and stay as they are.
    void fixKey();
    /// As it is typed, for checkedEntry.
    AddressEntry entry() const;
    /// Something that an entry needs is still missing: nothing is wrong yet.
    bool isIncomplete() const;

    QComboBox* chainField() const { return m_chain; }
    QLineEdit* addressField() const { return m_address; }
    QLineEdit* nameField() const { return m_name; }
    QLineEdit* tagsField() const { return m_tags; }
    QComboBox* decisionField() const { return m_decision; }
    QLineEdit* listsField() const { return m_lists; }

Q_SIGNALS:
    void edited();

private:
    QLineEdit* addField(const QString& accessibleName, const QString& placeholder, int maxLength);

    QComboBox* m_chain = nullptr;
    QLineEdit* m_address = nullptr;
    QLineEdit* m_name = nullptr;
    QLineEdit* m_tags = nullptr;
    QComboBox* m_decision = nullptr;
    QLineEdit* m_lists = nullptr;
};

}  // namespace countersign
