#pragma once

#include "ui/session/control/AddressControl.h"
#include "ui/session/worker/SessionWorker.h"

namespace countersign {

/// AddressControl over the database on the session's thread; each change has its entry in the record.
class SessionAddresses : public AddressControl
{
    Q_OBJECT

public:
    SessionAddresses(SessionWorker& worker, QObject* parent);

    void setReady(bool ready);

    bool isReady() const override { return m_ready; }
    void add(QObject* context, const AddressEntry& entry, OnLookAlike onLookAlike,
             Callback<void> done) override;
    void change(QObject* context, const AddressEntry& entry, Callback<void> done) override;
    void remove(QObject* context, std::vector<AddressKey> keys, Callback<void> done) override;
    void readImport(QObject* context, const QString& file, Callback<ImportPtr> done) override;
    void import(QObject* context, ImportPtr import, OnLookAlike onLookAlike,
                Callback<AddressChanges> done) override;

private:
    SessionWorker& m_worker;
    bool m_ready = false;
};

}  // namespace countersign
