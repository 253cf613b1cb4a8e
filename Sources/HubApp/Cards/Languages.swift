// SPDX-License-Identifier: Apache-2.0
// Copyright the Vitrine authors

/// Language codes with names: ISO 639-1, and the longer codes that cards often use.
public enum Languages {
    public static let all: [(code: String, name: String)] = list.split { $0 == "\n" || $0 == ";" }.compactMap { entry in
        let parts = entry.split(separator: "|", maxSplits: 1)
        guard let code = parts.first, let name = parts.last else { return nil }
        return (String(code), String(name))
    }

    public static func name(of code: String) -> String? { names[code] }

    /// Words that stand where a code would.
    public static let special: Set<String> = ["code", "multilingual"]

    /// Whether a card may say `language: code`: two or three lower-case letters, or one of `special`.
    ///
    /// There are eight thousand ISO 639-3 codes; their shape is checked, not their existence.
    public static func isValid(_ code: String) -> Bool {
        special.contains(code)
            || (2...3).contains(code.utf8.count)
                && code.utf8.allSatisfy { $0 >= UInt8(ascii: "a") && $0 <= UInt8(ascii: "z") }
    }

    private static let names = Dictionary(all.map { ($0.code, $0.name) }) { first, _ in first }

    private static let list = """
        en|English;zh|Chinese;fr|French;es|Spanish;de|German;ja|Japanese;ko|Korean;ru|Russian;pt|Portuguese;it|Italian
        ar|Arabic;hi|Hindi;tr|Turkish;nl|Dutch;pl|Polish;vi|Vietnamese;id|Indonesian;th|Thai;sv|Swedish;uk|Ukrainian
        fa|Persian;cs|Czech;fi|Finnish;ro|Romanian;da|Danish;hu|Hungarian;el|Greek;he|Hebrew;no|Norwegian;bn|Bengali
        ta|Tamil;bg|Bulgarian;ca|Catalan;ur|Urdu;te|Telugu;sk|Slovak;hr|Croatian;sr|Serbian;sl|Slovenian;lt|Lithuanian
        lv|Latvian;et|Estonian;mr|Marathi;ml|Malayalam;gu|Gujarati;kn|Kannada;pa|Panjabi;sw|Swahili;ms|Malay;eu|Basque
        gl|Galician;af|Afrikaans;is|Icelandic;mk|Macedonian;sq|Albanian;az|Azerbaijani;hy|Armenian;ka|Georgian;kk|Kazakh
        mn|Mongolian;ne|Nepali;si|Sinhala;km|Khmer;lo|Lao;my|Burmese;am|Amharic;cy|Welsh;ga|Irish;gd|Scottish Gaelic
        mt|Maltese;lb|Luxembourgish;la|Latin;eo|Esperanto;be|Belarusian;bs|Bosnian;ky|Kirghiz;uz|Uzbek;tg|Tajik
        tk|Turkmen;tt|Tatar;ba|Bashkir;cv|Chuvash;ug|Uighur;bo|Tibetan;dz|Dzongkha;ps|Pashto;sd|Sindhi;ku|Kurdish
        yi|Yiddish;ha|Hausa;yo|Yoruba;ig|Igbo;zu|Zulu;xh|Xhosa;st|Southern Sotho;tn|Tswana;ts|Tsonga;ss|Swati;ve|Venda
        nr|South Ndebele;nd|North Ndebele;sn|Shona;so|Somali;om|Oromo;ti|Tigrinya;rw|Kinyarwanda;rn|Rundi;lg|Ganda
        ln|Lingala;kg|Kongo;ny|Nyanja;mg|Malagasy;wo|Wolof;ff|Fulah;bm|Bambara;ee|Ewe;ak|Akan;tw|Twi;ki|Kikuyu;kr|Kanuri
        lu|Luba-Katanga;sg|Sango;aa|Afar;ab|Abkhazian;ae|Avestan;an|Aragonese;as|Assamese;av|Avaric;ay|Aymara;bh|Bihari
        bi|Bislama;br|Breton;ce|Chechen;ch|Chamorro;co|Corsican;cr|Cree;cu|Church Slavic;dv|Dhivehi;fj|Fijian;fo|Faroese
        fy|Western Frisian;gn|Guarani;gv|Manx;ho|Hiri Motu;ht|Haitian;hz|Herero;ia|Interlingua;ie|Interlingue
        ii|Sichuan Yi;ik|Inupiaq;io|Ido;iu|Inuktitut;jv|Javanese;kj|Kuanyama;kl|Kalaallisut;ks|Kashmiri;kv|Komi
        kw|Cornish;li|Limburgish;mh|Marshallese;mi|Maori;na|Nauru;nb|Norwegian Bokmål;ng|Ndonga;nn|Norwegian Nynorsk
        nv|Navajo;oc|Occitan;oj|Ojibwa;or|Oriya;os|Ossetian;pi|Pali;qu|Quechua;rm|Romansh;sa|Sanskrit;sc|Sardinian
        se|Northern Sami;sh|Serbo-Croatian;sm|Samoan;su|Sundanese;tl|Tagalog;to|Tonga;ty|Tahitian;vo|Volapük;wa|Walloon
        za|Zhuang;yue|Yue Chinese;wuu|Wu Chinese;ceb|Cebuano;war|Waray;ilo|Iloko;fil|Filipino;hsb|Upper Sorbian
        dsb|Lower Sorbian;ast|Asturian;scn|Sicilian;vec|Venetian;lmo|Lombard;nap|Neapolitan;pms|Piemontese;nds|Low German
        bar|Bavarian;gsw|Swiss German;szl|Silesian;ckb|Central Kurdish;arz|Egyptian Arabic;ary|Moroccan Arabic
        azb|South Azerbaijani;mai|Maithili;bho|Bhojpuri;gom|Goan Konkani;sat|Santali;mni|Manipuri;pcm|Nigerian Pidgin
        kab|Kabyle;tzm|Central Atlas Tamazight;sah|Yakut;tyv|Tuvinian;udm|Udmurt;mhr|Eastern Mari;myv|Erzya
        xal|Kalmyk;grc|Ancient Greek;ang|Old English;sco|Scots;haw|Hawaiian;chr|Cherokee;nah|Nahuatl;mul|Multiple languages
        code|Code;multilingual|Multilingual
        """
}
