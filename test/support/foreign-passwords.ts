/** A password and its hash as another system made it. */
export interface ForeignPassword {
  readonly origin: string;
  readonly password: string;
  readonly passwordHash: string;
  /** Firebase's alone. */
  readonly passwordSalt?: string;
}

/** The parameters of the project in the README of github.com/firebase/scrypt, as the console shows them. */
export const firebaseParameters = `hash_config {
  algorithm: SCRYPT,
  base64_signer_key: jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==,
  base64_salt_separator: Bw==,
  rounds: 8,
  mem_cost: 14,
}
`;

/** As `Devise::Encryptor` hashes, the pepper behind the password: made by PostgreSQL's pgcrypto, whose bcrypt is Ruby's. */
export const devise = {
  password: 'correct horse battery',
  pepper: 'f3b9c1d7a2e8460b95c4',
  passwordHash: '$2a$05$r.yLmEDNzy2eHd/3x8XChOjcn0jFzOAe/zfAQbLH7DofE9zhPTlfe',
};

const password = 'correct horse é';

/** Made by the algorithms of those who made them first, none by the code that is tested. */
export const foreignPasswords: readonly ForeignPassword[] = [
  // The example of OpenBSD's and jBCrypt's tests, and libxcrypt's crypt(3).
  {
    origin: 'bcrypt 2a',
    password: 'abc',
    passwordHash: '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i',
  },
  {
    origin: 'bcrypt 2b',
    password,
    passwordHash: '$2b$10$abcdefghijklmnopqrstuuZ0/Np6wnpEpZKqYj9XzXobghV5xdBGG',
  },
  {
    origin: 'bcrypt 2y',
    password,
    passwordHash: '$2y$05$abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK',
  },
  // Where Django's name stands before the hash.
  {
    origin: 'bcrypt of Django',
    password,
    passwordHash: 'bcrypt$$2b$10$abcdefghijklmnopqrstuuZ0/Np6wnpEpZKqYj9XzXobghV5xdBGG',
  },
  // Where Spring Security's name stands before it.
  {
    origin: 'bcrypt of Spring Security',
    password,
    passwordHash: '{bcrypt}$2y$05$abcdefghijklmnopqrstuuNKTrdYIyJepeBe0WMJS4ZyMwX4aEJLK',
  },
  // RFC 7914 §12, the third vector.
  {
    origin: 'scrypt of the RFC',
    password: 'pleaseletmein',
    passwordHash:
      '$scrypt$ln=14,r=8,p=1$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw',
  },
  // passlib's documentation.
  {
    origin: 'scrypt of passlib',
    password: 'password',
    passwordHash: '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
  },
  {
    origin: 'pbkdf2 of passlib',
    password: 'toomanysecrets',
    passwordHash: '$pbkdf2-sha256$29000$N2YMIWQsBWBMae09x1jrPQ$1t8iyB2A.WF/Z5JZv.lfCIhXXN33N23OSgQYThBYRfk',
  },
  // By hashlib of Python, as Django's hashers call it.
  {
    origin: 'scrypt of Django',
    password,
    passwordHash:
      'scrypt$16384$seasaltseasalt$8$5$woSlOFSGYCjkIi/WQSYfjfqHeA2JXglaU6/UDlX7qNzafGnRmASVt1S80WOsg7i7CZ8IlsmHtepY6Qm0Z7uUIg==',
  },
  {
    origin: 'pbkdf2 of Django',
    password,
    passwordHash: 'pbkdf2_sha256$260000$seasaltseasalt$VVa7DP05DmJPOb+CQh6uDbkbib0VKq8EgtdQFQwapAU=',
  },
  {
    origin: 'pbkdf2 with SHA-1',
    password,
    passwordHash: 'pbkdf2_sha1$20000$seasaltseasalt$UmCPd5563L7z4OCtpFVN5rlfdos=',
  },
  {
    origin: 'pbkdf2 with SHA-512',
    password,
    passwordHash:
      '$pbkdf2-sha512$i=25000,l=64$MDEyMzQ1Njc4OWFiY2RlZg$tLdr5d3pFJ8uyU1p8hSH7RGNZg8NsGi3ffoUP5MayJHZwUJDteYyOtJW63C4azyzioF94HWlzUOWpvgetov8hA',
  },
  {
    origin: 'scrypt as s0',
    password,
    passwordHash: '$s0$e0801$MDEyMzQ1Njc4OWFiY2RlZg==$uxta5XGl374w6zXb1ch1M4DN7PeE/6pJNTOpqt3Xg9w=',
  },
  // By Werkzeug itself.
  {
    origin: 'scrypt of Werkzeug',
    password,
    passwordHash:
      'scrypt:32768:8:1$y88woM8zXfAowXXe$93384ae353c418b500f494f9c8ddf2bff4c392de07d64d6416db058dff6afe4b4a7fc0c77723893f4d74252801547fc39defece2c83d653f2aca035f0450d601',
  },
  {
    origin: 'pbkdf2 of Werkzeug',
    password,
    passwordHash:
      'pbkdf2:sha256:50000$3GzrmOE0OjSHvT0D$44eec29999ff2e6e2fb38a5b9cca118262fe2a853602f52365550c8d69a6866c',
  },
  // A ligature: the bytes that were typed were hashed, not those of NFKC.
  {
    origin: 'a password that NFKC changes',
    password: 'ﬁne ligature Å',
    passwordHash:
      'pbkdf2:sha256:5000$cyVrRISexbvAUB1v$ced83788cff5bd17519a66b673a3df23304457c33ec0b38e6eeedf3bc24759eb',
  },
  {
    origin: 'a password that was typed decomposed',
    password: 'Cafe\u0301 cre\u0300me',
    passwordHash:
      'pbkdf2:sha256:5000$HxvwYiODs85CZ4Nu$9970a7d95af6d9a155ac6f021fbda122399c2ad0e30afec1ea9be972c3060b6f',
  },
  // By the libraries themselves.
  {
    origin: 'better-auth',
    password,
    passwordHash:
      '1496f4991f048e99013e55979185c7d0:4bf0dc183b42e0caa910fdedec01de70d328e3ba0ca06c2787396916a9be71827c9fbae872ff22121100ef85fbd9cb404d118ebbc0d723d72126e2e6872e552b',
  },
  {
    origin: 'Lucia 2',
    password,
    passwordHash:
      's2:08665dd6b0a831f428f9059d0bc3ee3e:fce40bd8cec82bae44c997972b5d2a1cd5c1b4ba8e85bdaabc6cfd0695c1b14cd8473bfb23d1223a67681bcc4f67c7855789f72808f9e80c6bafc6fd79c5c3f2',
  },
  {
    origin: 'Lucia 3',
    password,
    passwordHash:
      'fae357a2daf183743af2e031759b6539:50b5660853402aacb512da94411cc155e45a9a4bd08f1b2db09256e5a807324dd531ebe3c5a9e76ea1da08e10113fd76a6e5f0f5c8fce827ee4e1589b3aa653a',
  },
  // By PHP and passlib.
  {
    origin: 'WordPress 6.8',
    password,
    passwordHash: '$wp$2y$10$aOxgYMdg8zPtgOVBD.xQSugsLD/wWejNiR91Yn1aKuKvHRMLUY51y',
  },
  { origin: 'phpass of WordPress', password, passwordHash: '$P$6fj6aW2lnuSSDXbRVooCfXjstJzdnv.' },
  // The examples of hashcat.
  { origin: 'phpass of hashcat', password: 'hashcat', passwordHash: '$P$984478476IagS59wHZvyQMArzfx58u.' },
  {
    origin: 'Drupal 7',
    password: 'hashcat',
    passwordHash: '$S$C33783772bRXEx1aCsvY.dqgaaSu76XmVlKrW9Qu8IQlvxHlmzLf',
  },
  // The tests of ASP.NET Core Identity.
  {
    origin: 'ASP.NET Identity 2',
    password: 'my password',
    passwordHash: 'AAABAgMEBQYHCAkKCwwNDg+ukCEMDf0yyQ29NYubggHIVY0sdEUfdyeM+E1LtH1uJg==',
  },
  {
    origin: 'ASP.NET Identity 3',
    password: 'my password',
    passwordHash: 'AQAAAAEAACcQAAAAEAABAgMEBQYHCAkKCwwNDg+yWU7rLgUwPZb1Itsmra7cbxw2EFpwpVFIEtP+JIuUEw==',
  },
  // By hashlib of Python, in the forms of Keycloak and Kratos.
  {
    origin: 'Keycloak',
    password,
    passwordHash: JSON.stringify({
      secretData:
        '{"value":"kqRR+Aejt8SW+rhCqneY+a2hhS+jJ5DG9FFyCAvE/qSUIjrh5tU/7AtoPlG27ZOyxejRav62VbkeRXrGXUPytA==","salt":"AAECAwQFBgcICQoLDA0ODw==","additionalParameters":{}}',
      credentialData: '{"hashIterations":27500,"algorithm":"pbkdf2-sha256","additionalParameters":{}}',
    }),
  },
  {
    origin: 'scrypt of Kratos',
    password,
    passwordHash: '$scrypt$ln=16384,r=8,p=1$AAECAwQFBgcICQoLDA0ODw==$T8SgDmdwL7x6bON5RufauqWndSiwhnC5kBk/4dr7onk=',
  },
  // By the reference implementation of argon2, in the form of Keycloak.
  {
    origin: 'argon2 of Keycloak',
    password,
    passwordHash: JSON.stringify({
      secretData:
        '{"value":"FAr1y7JGZjrnv85F8LL6/bYmE/ebsA1nw0+ebHXezLY=","salt":"MDEyMzQ1Njc4OWFiY2RlZg==","additionalParameters":{}}',
      credentialData:
        '{"hashIterations":5,"algorithm":"argon2","additionalParameters":{"hashLength":["32"],"memory":["7168"],"type":["id"],"version":["1.3"],"parallelism":["1"]}}',
    }),
  },
  // By passport-local-mongoose 9.2, its salt and hash put together as the guide says.
  {
    origin: 'passport-local-mongoose',
    password,
    passwordHash:
      'pbkdf2:sha256:25000$b0bf15ab7831a35ce9e06ad0c04d007a24580bd254b5b61caadc4570f2981da8$0c2b7162ff20052226f8b6d204988735bd2ff83f0f8758576bd77c4cc2acd51f9a4b2b46af74a79a97a83ba9edb3a1f3b4d8826fd70cabd746477c9eebdeb5aa55a517020ce313495cb48f1fcaf988b54031d6f301df11158229bf000539488f9040fb8c1a33b8c1235d44b01c69540faa5a3e42123451ec9b930ab6e59fcf5c58a39859803ffad1b9bb7f6569815becc2a946de03bf4e22ae6dfdef579e9c79f7c4caab96fb9e6f3ba5e71407426df5ebe99d72f5373964d8eedb81c811648bcc9aa9c0628a64ed6a982a2e7c1891c1551ed97fa5d13a6d38392f69a621d736eab4b55d2a7ea455826c9e1443720aceb77c1cdc0326fcbbe6e06cfc13e3ba00ec00bd098546f026673ce568f203188ded636b9f2f63b706c2ce96355e93d2abb422b8de840ea088a633b5cb5008dc111131984186daff38f79d9b15fcbef942336e3b6201b4907186fab8d0ad82408e2084800311c9f6f6040c3c1e83e46bae656ec61c3bf2e29ef54b7e66bbbd9ad0604eb2d23ac7ef06eb9efffab0a94b23c42878d5eeb59fadbcc112069720ff9ed36a051795ae477f2118f47ddccb3147e482bf18d677120e8a3da08e8c44e4434c6c394449b481af8683cfa7a2c89145428242213e8017c2ac799b2e46bfb0efe1e1f3961d9d234a38fe7a4df909615213065f3b3e4291421677b7fe951ae7be2478468fd1c112dfed5b3953b4253ce4',
  },
  // The tests of Supabase and of Kratos.
  {
    origin: 'Firebase scrypt of Supabase',
    password: 'mytestpassword',
    passwordHash:
      '$fbscrypt$v=1,n=14,r=8,p=1,ss=Bw==,sk=ou9tdYTGyYm8kuR6Dt0Bp0kDuAYoXrK16mbZO4yGwAn3oLspjnN0/c41v8xZnO1n14J3MjKj1b2g6AUCAlFwMw==$C0sHCg9ek77hsg==$zKVTMvnWVw5BBOZNUdnsalx4c4c7y/w7IS5p6Ut2+CfEFFlz37J9huyQfov4iizN8dbjvEJlM5tQaJP84+hfTw==',
  },
  {
    origin: 'Firebase scrypt of Kratos',
    password: '8x4WjoDbSxJZdR',
    passwordHash:
      '$firescrypt$ln=14,r=8,p=1$sPtDhWcd1MfdAw==$xbSou7FOl6mChCyzpCPIQ7tku7nsQMTFtyOZSXXd7tjBa4NtimOx7v42Gv2SfzPQu1oxM2/k4SsbOu73wlKe1A==$Bw==$YE0dO4bwD4JnJafh6lZZfkp1MtKzuKAXQcDCJNJNyeCHairWHKENOkbh3dzwaCdizzOspwr/FITUVlnOAwPKyQ==',
  },
  // The tests of the reference implementation, github.com/P-H-C/phc-winner-argon2.
  {
    origin: 'argon2i',
    password: 'password',
    passwordHash: '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA',
  },
  {
    origin: 'argon2id',
    password: 'password',
    passwordHash: '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
  },
  // The README of github.com/firebase/scrypt.
  {
    origin: 'Firebase',
    password: 'user1password',
    passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
    passwordSalt: '42xEC+ixf3L2lw==',
  },
];
