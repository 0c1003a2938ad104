#pragma once

#include "core/addressbook/AddressBook.h"
#include "core/base/PendingCall.h"

#include <QObject>
#include <QString>

#include <memory>

namespace countersign {

/// A CSV file that was read, and what importing it would do; nothing is written.
struct AddressImport
{
    std::vector<AddressEntry> entries;
    std::string fileSha256;  ///< lower-case hex
    AddressChanges changes;
};

/// The GUI's asynchronous interface for changing the address book, under the rules of JobControl. Reading it
/// for showing is AddressCatalog's; whether it counts, SettingsControl::trust() says.
class AddressControl : public QObject
{
    Q_OBJECT

public:
    using ImportPtr = std::shared_ptr<const AddressImport>;
    using OnLookAlike = AddressBook::OnLookAlike;

    using QObject::QObject;

    virtual bool isReady() const = 0;

    // Errors as AddressRecorder's functions of the same name; Locked.

    virtual void add(QObject* context, const AddressEntry& entry, OnLookAlike onLookAlike,
                     Callback<void> done) = 0;
    /// Name, tags and lists of an entry that is there.
    virtual void change(QObject* context, const AddressEntry& entry, Callback<void> done) = 0;
    /// All or none.
    virtual void remove(QObject* context, std::vector<AddressKey> keys, Callback<void> done) = 0;
    /// Reads the file and compares it with the book. NotFound; the errors of parseAddressCsv;
    /// BadSignature for a doubted book.
    virtual void readImport(QObject* context, const QString& file, Callback<ImportPtr> done) = 0;
    /// What was read, not what the file holds now. With its look-alikes refused, nothing where there is one.
    virtual void import(QObject* context, ImportPtr import, OnLookAlike onLookAlike,
                        Callback<AddressChanges> done) = 0;

Q_SIGNALS:
    void readyChanged();
    /// Something was written; views read again.
    void changed();
};

}  // namespace countersign
