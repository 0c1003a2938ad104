#pragma once

#include "ui/review/content/HashesView.h"
#include "ui/review/content/SignedBytesView.h"
#include "ui/review/meaning/MeaningView.h"
#include "ui/widgets/FactGrid.h"

#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTreeWidget>

namespace countersign {

/// The views of what is signed: what it means, decoded, byte by byte, raw, and every hash with a field to
/// compare one from elsewhere.
class ContentView : public QTabWidget
{
    Q_OBJECT

public:
    explicit ContentView(QWidget* parent = nullptr);
    void show(const ReviewContent& content);
    HashesView* hashes() const { return m_hashes; }
    CompareField* compare() const { return m_hashes->compare(); }
    QTreeWidget* tree() const { return m_tree; }
    QString text() const { return m_text->toPlainText(); }
    QString raw() const { return m_raw->toPlainText(); }

    MeaningView* meaning() const { return m_meaning; }

    SignedBytesView* bytes() const { return m_bytes; }

    enum Tab { Meaning, Decoded, InBytes, Raw, Hashes };

private:
    QWidget* buildDecoded();
    void showFields(const QList<ContentField>& fields);

    MeaningView* m_meaning = nullptr;
    FactGrid* m_fields = nullptr;
    QPlainTextEdit* m_text = nullptr;
    QTreeWidget* m_tree = nullptr;
    SignedBytesView* m_bytes = nullptr;
    QPlainTextEdit* m_raw = nullptr;
    HashesView* m_hashes = nullptr;
};

}  // namespace countersign
